/** PostgreSQL's WAL files, made before the load comes. */
import pg from 'pg';

/** Bytes a second that no load of ours on this kind of machine goes beyond. */
const mostPerSecond = 40 * 1_024 * 1_024;

/**
 * A server that has been up for a while writes into WAL files that it used before. A new one makes each of them while commits wait for it
 * (16 MB of zeros and an fsync: up to a tenth of a second, about once a second under load), which is not what a bench is to measure.
 * So the files for so many seconds of load are made and left behind here, and a checkpoint puts them by for use, as many as min_wal_size
 * keeps. https://www.postgresql.org/docs/current/wal-configuration.html
 */
export async function makeWalFiles(adminUrl: string, seconds: number): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ file: number; kept: number }>(
      `select pg_size_bytes(current_setting('wal_segment_size'))::float8 as file, pg_size_bytes(current_setting('min_wal_size'))::float8 as kept`,
    );
    const { file = 1, kept = 0 } = rows[0] ?? {};
    const files = Math.ceil(Math.min(seconds * mostPerSecond, kept) / file);
    for (let made = 0; made < files; made += 1) {
      await client.query(`select pg_logical_emit_message(false, 'bench', '')`); // a file that holds nothing is not left
      await client.query('select pg_switch_wal()');
    }
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
