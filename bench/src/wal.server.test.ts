import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import pg from 'pg';
import { makeWalFiles } from './wal.ts';

const seconds = 1; // three files of 16 MB

test('WAL files are there before they are written into', async () => {
  const { databaseUrl } = testServers();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ahead = async (): Promise<number> => {
    const text = `select count(*)::int as files from pg_ls_waldir() where name > pg_walfile_name(pg_current_wal_lsn()) and name ~ '^[0-9A-F]{24}$'`;
    return (await client.query<{ files: number }>(text)).rows[0]?.files ?? 0;
  };
  try {
    await makeWalFiles(databaseUrl, seconds);
    const files = await ahead();
    ok(files >= 3, `${files} files`);
  } finally {
    await client.end();
  }
});
