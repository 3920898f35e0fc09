import type { Transport } from '@ensemble/engine/transport';
import { connect } from './connect.ts';
import type { PostgresTransportOptions } from './options.ts';

export type { PostgresTransportOptions } from './options.ts';

/** A folder of numbered SQL files: the log's tables. Whoever owns them applies it; the transport reads and writes rows, and no more. */
export const logMigrations = new URL('../migrations/', import.meta.url);

/**
 * Messages over an append-only log in a PostgreSQL database, in tables that `logMigrations` made there. Connects by itself, and again
 * whenever the server comes back. What it says about retention (LOG_TRUNCATED) and about a server that is away goes to the log.
 * Errors: CONFIG_INVALID, where the schema's name is not a plain one.
 */
export const postgresTransport = (options: PostgresTransportOptions): Transport => connect(options);
