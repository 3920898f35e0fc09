/** One process at a time uses a data directory: its embedded servers stop with it. The lock ends with the process, however that ends. */
import { EnsembleError } from '@ensemble/errors';
import { connectPatience } from '@ensemble/store-postgres';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** How long a process that was killed may still seem to be there: milliseconds. */
const patience = 1_000;

export interface DataLock {
  release(): Promise<void>;
}

/** Errors: DATA_IN_USE, naming who has it. */
export async function lockData(adminUrl: string, dataDir: string): Promise<DataLock> {
  const key = createHash('sha256').update(dataDir).digest().readBigInt64BE();
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: `ensemble process ${process.pid}`,
    connectionTimeoutMillis: connectPatience,
  });
  client.on('error', () => undefined); // the lock is gone with its server; what needs the server says so itself
  await client.connect();
  for (const deadline = performance.now() + patience; ; await wait(100)) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [key]);
    if (rows[0]?.locked) return { release: () => client.end() };
    if (performance.now() > deadline) break;
  }
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32) | l.objid::bigint = $1`,
    [key],
  );
  await client.end();
  const who = rows[0]?.name.replace('ensemble ', '') ?? 'another process';
  throw new EnsembleError('DATA_IN_USE', `The data directory ${dataDir} is in use by ${who}.`, { dataDir });
}
