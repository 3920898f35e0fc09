import { EnsembleError } from '@ensemble/errors';
import { connectPatience } from '@ensemble/sql';
import pg from 'pg';

/** Of all who prepare this database server's databases, one at a time. Any number will do that nobody else uses. */
const ensembleLock = 0x656e7365;

/** Work as the owner, on a connection of its own, one process at a time per database. Errors: STORE_UNAVAILABLE. */
export async function asOwner<T>(url: string, applicationName: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `ensemble ${applicationName}`,
    connectionTimeoutMillis: connectPatience,
  });
  client.on('error', () => undefined); // what runs on it says the same
  try {
    await client.connect();
  } catch (error) {
    throw new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${(error as Error).message}`, {}, error);
  }
  try {
    // Waits on its session: no transaction stays open meanwhile. It ends with the session.
    await client.query('select pg_advisory_lock($1)', [ensembleLock]);
    return await work(client);
  } finally {
    await client.end();
  }
}
