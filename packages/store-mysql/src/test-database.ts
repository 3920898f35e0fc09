import { randomBytes } from 'node:crypto';
import type { ColumnType, Table } from '@ensemble/engine/store';
import { testServers } from '@ensemble/testkit/servers';
import mysql from 'mysql2/promise';
import { quoteName } from './table-sql.ts';

/** The rows of the last statement. */
export async function run(url: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const connection = await mysql.createConnection({ uri: url, rowsAsArray: true, multipleStatements: true });
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[][]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

/** A name that no other test has. */
export const ownName = (word: string): string => `test_${word}_${randomBytes(6).toString('hex')}`;

export function inDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

export interface TestDatabase {
  /** As root. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A database that only this test uses. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = testServers().mysqlUrl;
  const database = ownName('store');
  const [row] = await run(server, 'select version()');
  const collation = /mariadb/i.test(String(row?.[0])) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  await run(server, `create database ${database} character set utf8mb4 collate ${collation}`);
  return {
    url: inDatabase(server, database),
    async drop() {
      await run(server, `drop database if exists ${database}`);
    },
  };
}

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  uuid: 'char(36) character set ascii collate ascii_bin',
  text: 'longtext',
  bigint: 'bigint',
  int: 'int',
  boolean: 'boolean',
  json: 'longtext',
  timestamp: 'datetime(3)',
};

/** The table as a migration would make it. */
export function createTableSql({ name, columns, key }: Table): string {
  const list = Object.entries(columns).map(([column, { type, nullable }]) => {
    const sqlType = type === 'text' && key.includes(column) ? 'varchar(255)' : sqlTypes[type];
    return `${quoteName(column)} ${sqlType}${nullable ? '' : ' not null'}`;
  });
  return `create table ${quoteName(name)} (${list.join(', ')}, primary key (${key.map(quoteName).join(', ')}));`;
}
