import type { Transport } from '@ensemble/engine/transport';
import { connect } from './connect.ts';
import type { PostgresTransportOptions } from './options.ts';

export type { PostgresTransportOptions } from './options.ts';

/**
 * Messages over an append-only log in a PostgreSQL database. Connects by itself, and again whenever the server comes back; makes its
 * tables where they are missing. What it says about retention (LOG_TRUNCATED) and about a server that is away goes to the log.
 * Errors: MIGRATION_INVALID, where the schema's name is not a plain one.
 */
export const postgresTransport = (options: PostgresTransportOptions): Transport => connect(options);
