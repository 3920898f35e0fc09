/** The transport of the configuration, with what it needs made. */
import type { Log, Transport } from '@ensemble/engine';
import { prepare, workUrl } from '@ensemble/store-postgres';
import { logMigrations, postgresTransport } from '@ensemble/transport-postgres';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { databaseName, type DatabaseServer, passwordOf } from './databases.ts';

/**
 * Messages in a database of their own, with a role of its own, which may read and write rows there.
 * Errors: STORE_UNAVAILABLE, MIGRATION_CHANGED, MIGRATION_INVALID.
 */
export async function logTransport(server: DatabaseServer, { installation }: Config, log: Log): Promise<Transport> {
  const database = databaseName(installation, 'log');
  const sources = [{ name: 'log', directory: fileURLToPath(logMigrations) }];
  const place = { database, role: database, password: passwordOf(server, database), sources };
  await prepare(server.adminUrl, [place]);
  return postgresTransport({ url: workUrl(server.adminUrl, place), log });
}

/**
 * Topics have their documents' names, unless several installations share the brokers. The client takes longer to load than all the rest,
 * so it is loaded where there are brokers.
 */
export async function brokerTransport(brokers: readonly string[], { installation, slot }: Config, log: Log): Promise<Transport> {
  const { kafkaTransport } = await import('@ensemble/transport-kafka');
  const prefix = installation === 'ensemble' ? '' : `${installation}.`;
  return kafkaTransport({ brokers, clientId: `${installation}-${slot}`, prefix, log });
}
