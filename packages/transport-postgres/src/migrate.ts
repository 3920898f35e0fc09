import { readdir, readFile } from 'node:fs/promises';
import { EnsembleError } from '@ensemble/errors';
import pg from 'pg';

const folder = new URL('../migrations/', import.meta.url);

/** A name that needs no quotes: it stands in settings, where quotes have rules of their own. */
const plainName = /^[a-z_][a-z0-9_]{0,40}$/;

/** Throws MIGRATION_INVALID where the schema's name is not plain. */
export const checkSchema = (schema: string): void => {
  if (!plainName.test(schema)) throw new EnsembleError('MIGRATION_INVALID', `The schema's name is not a plain one: ${schema}`, { schema });
};

/** Brings the schema up to the newest numbered file. One process at a time; what was applied is left alone. */
export async function migrate(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: `${schema}: migrations`, connectionTimeoutMillis: 5_000 });
  client.on('error', () => void client.end());
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`ensemble log ${schema}`]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`set local search_path to ${schema}`);
    await client.query('create table if not exists migrations (file text primary key, applied_at timestamptz not null default now())');
    const applied = await client.query<{ file: string }>('select file from migrations');
    const known = new Set(applied.rows.map(({ file }) => file));
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql') && !known.has(file)).toSorted();
    for (const file of files) {
      await client.query(await readFile(new URL(file, folder), 'utf8'));
      await client.query('insert into migrations (file) values ($1)', [file]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
