/** The transport of the configuration, with what it needs made. */
import type { Log, Transport } from '@ensemble/engine';
import { provision } from '@ensemble/store-postgres';
import { kafkaTransport } from '@ensemble/transport-kafka';
import { postgresTransport } from '@ensemble/transport-postgres';
import pg from 'pg';
import type { Config } from './config.ts';
import { databaseName, type DatabaseServer, passwordOf } from './databases.ts';

/** Messages in a database of their own, with a role of its own, which makes its tables there. Errors: STORE_UNAVAILABLE. */
export async function logTransport(server: DatabaseServer, { installation }: Config, log: Log): Promise<Transport> {
  const database = databaseName(installation, 'log');
  const { url, ownerUrl } = await provision({
    adminUrl: server.adminUrl,
    database,
    role: database,
    password: passwordOf(server, database),
  });
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  owner.on('error', () => undefined); // the query says the same
  await owner.connect();
  try {
    await owner.query(`grant create on database ${owner.escapeIdentifier(database)} to ${owner.escapeIdentifier(database)}`);
  } finally {
    await owner.end();
  }
  return postgresTransport({ url, log });
}

/** Topics have their documents' names, unless several installations share the brokers. */
export function brokerTransport(brokers: readonly string[], { installation, slot }: Config, log: Log): Transport {
  const prefix = installation === 'ensemble' ? '' : `${installation}.`;
  return kafkaTransport({ brokers, clientId: `${installation}-${slot}`, prefix, log });
}
