/** A migration is written twice, for PostgreSQL and for MySQL: this compares what they made of a service's database. */
import { silentLog, type Participant } from '@ensemble/engine';
import { engineMigrations } from '@ensemble/engine/migrations';
import { testServers } from '@ensemble/testkit/servers';
import { deepEqual, ok } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { participants } from '../src/catalogue.ts';
import { complete } from '../src/config.ts';
import { openStores } from '../src/databases.ts';
import { dropInstallation, newInstallation } from './ensemble.ts';

const beside = (folder: URL): string => `${fileURLToPath(folder).replace(/[/\\]$/, '')}-mysql`;
const inMysql = participants.filter(({ migrations }) => migrations && existsSync(beside(migrations)));

test('every migration of a service that may keep its rows in MySQL is there for it too', () => {
  const folders = [engineMigrations.every, engineMigrations.coordinator, ...inMysql.flatMap(({ migrations }) => migrations ?? [])];
  for (const folder of folders) deepEqual(readdirSync(beside(folder)), readdirSync(folder), beside(folder));
  ok(inMysql.length > 0);
});

/** What a type of PostgreSQL is there. A text that is looked for by an index has a length. */
const types: Readonly<Record<string, string>> = {
  uuid: 'char',
  text: 'text',
  varchar: 'text',
  longtext: 'text',
  integer: 'int',
  boolean: 'tinyint',
  'timestamp with time zone': 'datetime',
};

type Rows = readonly (readonly unknown[])[];
type Ask = (sql: string) => Promise<Rows>;

const columns = (schema: string): string =>
  `select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = ${schema} and table_name not in ('migrations', 'prepared')`;
const keys = (schema: string): string => `select k.table_name, k.column_name, k.ordinal_position from information_schema.key_column_usage k
  join information_schema.table_constraints c using (constraint_schema, constraint_name, table_name)
  where c.constraint_type = 'PRIMARY KEY' and c.table_schema = ${schema}`;

/** One line a fact: columns with their types, primary keys, indexes, and how many checks a table has. */
async function shapeOf(ask: Ask, schema: string, own: { readonly indexes: string; readonly checks: string }): Promise<readonly string[]> {
  const line = (word: string, rows: Rows): string[] => rows.map((row) => `${word} ${row.join(' ')}`);
  const found = (await ask(columns(schema))).map(([table, column, type, nullable]) => [
    table,
    column,
    types[String(type)] ?? type,
    nullable,
  ]);
  const lines = [
    ...line('column', found),
    ...line('key', await ask(keys(schema))),
    ...line('index', await ask(own.indexes)),
    ...line('checks', await ask(own.checks)),
  ];
  return lines.filter((each) => !/^\w+ (migrations|prepared) /.test(each)).toSorted();
}

const ofPostgres = {
  indexes: `select tablename, indexname from pg_indexes where schemaname = 'public' and indexname not like '%\\_pkey'`,
  checks: `select t.relname, count(*) from pg_constraint c join pg_class t on t.oid = c.conrelid where c.contype = 'c' group by t.relname`,
};
const ofMysql = {
  indexes: `select distinct table_name, index_name from information_schema.statistics where table_schema = database() and index_name <> 'PRIMARY'`,
  checks: `select table_name, count(*) from information_schema.table_constraints
    where table_schema = database() and constraint_type = 'CHECK' group by table_name`,
};

async function prepared(participant: Participant, databaseUrl: string, installation: string): Promise<void> {
  const config = complete({ installation, databaseUrls: { [participant.name]: databaseUrl } });
  const setting = { config, log: silentLog, closing: () => undefined, env: { ENSEMBLE_SECRET: installation } };
  const stores = await openStores([participant], null, setting);
  for (const store of stores.values()) await store.close();
}

describe('the tables in MySQL are those in PostgreSQL', () => {
  for (const participant of inMysql)
    test(`of ${participant.name}`, async (t) => {
      const { databaseUrl, mysqlUrl } = testServers();
      const installation = newInstallation();
      const database = `${installation}_${randomBytes(2).toString('hex')}`;
      const at = (url: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).href;
      const ours = await mysql.createConnection({ uri: mysqlUrl, rowsAsArray: true });
      const theirs = new pg.Client({ connectionString: databaseUrl });
      await theirs.connect();
      for (const make of [ours.query(`create database ${database}`), theirs.query(`create database ${database}`)]) await make;
      const there = new pg.Client({ connectionString: at(databaseUrl) });
      await there.connect();
      t.after(async () => {
        await ours.query(`drop database ${database}`);
        await ours.query(`drop user if exists '${installation}_${participant.name}'@'%'`);
        await Promise.all([ours.end(), theirs.end(), there.end()]);
        await dropInstallation(databaseUrl, installation);
      });
      await prepared(participant, at(databaseUrl), installation);
      await prepared(participant, at(mysqlUrl), installation);
      await ours.changeUser({ database });
      const askOurs: Ask = async (sql) => (await ours.query<mysql.RowDataPacket[][]>(sql))[0];
      const askTheirs: Ask = async (sql) => (await there.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
      const shape = await shapeOf(askTheirs, "'public'", ofPostgres);
      deepEqual(await shapeOf(askOurs, 'database()', ofMysql), shape);
      ok(shape.length > 40);
    });
});
