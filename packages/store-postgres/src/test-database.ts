import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import pg from 'pg';

export async function run(url: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the query says the same
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** A database that only this test uses. */
export async function testDatabase(): Promise<{ url: string; name: string }> {
  const server = testServers().databaseUrl;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  after(() => run(server, `drop database if exists ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, name };
}
