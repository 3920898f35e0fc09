import { randomBytes } from 'node:crypto';
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

/** Names that no other test has. */
export function ownNames(word: string): { database: string; role: string } {
  const unique = `test_${word}_${randomBytes(6).toString('hex')}`;
  return { database: unique, role: `${unique}_role` };
}

export interface TestDatabase {
  /** As superuser. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A database that only this test uses. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = testServers().databaseUrl;
  const { database } = ownNames('store');
  await run(server, `create database ${database}`);
  return {
    url: inDatabase(server, database),
    async drop() {
      await run(server, `drop database if exists ${database} with (force)`);
    },
  };
}

export function inDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}
