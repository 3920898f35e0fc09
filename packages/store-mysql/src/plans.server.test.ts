/** How the server goes about the statements: by the primary key, whatever it thinks of the size of a table. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { int, type Table, table, text, uuid } from '@ensemble/engine/store';
import mysql from 'mysql2/promise';
import type { Statement } from './statement.ts';
import { type TableSql, tableSql } from './table-sql.ts';
import { createTableSql, run, type TestDatabase, testDatabase } from './test-database.ts';

const orders = table('orders', ['id'], { id: uuid, name: text });
const lines = table('lines', ['name', 'lineNo'], { name: text, lineNo: int, note: text });
const id = (n: number): string => `01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

interface PlanStep {
  readonly table: string;
  readonly type: string;
  readonly key: string | null;
}

describe('by its key the MySQL store finds rows', () => {
  let database: TestDatabase;
  let collation = '';
  before(async () => {
    database = await testDatabase();
    await run(database.url, [orders, lines].map(createTableSql).join('\n'));
    collation = String((await run(database.url, 'select @@collation_database'))[0]?.[0]);
  });
  after(() => database.drop());

  const plan = async ({ text: sql, values = [] }: Statement): Promise<readonly unknown[]> => {
    const connection = await mysql.createConnection({ uri: database.url });
    try {
      const [steps] = await connection.query<(mysql.RowDataPacket & PlanStep)[]>(`explain ${sql}`, [...values]);
      return steps.map(({ table: name, type, key }) => [name, type, key]);
    } finally {
      await connection.end();
    }
  };
  const fill = (rows: number): Promise<unknown> => {
    const numbers = Array.from({ length: rows }, (_, n) => n);
    return run(
      database.url,
      `delete from orders; delete from \`lines\`;
       insert into orders values ${numbers.map((n) => `('${id(n)}', 'x')`).join()};
       insert into \`lines\` values ${numbers.map((n) => `('n${n}', 1, 'x')`).join()};
       analyze table orders, \`lines\``,
    );
  };

  const cases: readonly (readonly [of: Table, statements: (sql: TableSql) => readonly Statement[]])[] = [
    [
      orders,
      (sql) => [sql.load([[id(1)], [id(2)]]), ...sql.update([1, 2].map((n) => ({ id: id(n), name: 'y' }))), ...sql.remove([[id(1)]])],
    ],
    [
      lines,
      (sql) => [
        sql.load([
          ['n1', 1],
          ['n2', 1],
        ]),
        ...sql.update([1, 2].map((n) => ({ name: `n${n}`, lineNo: 1, note: 'y' }))),
        ...sql.remove([['n1', 1]]),
      ],
    ],
  ];
  for (const rows of [1, 3, 5_000])
    it(`among ${rows}`, async () => {
      await fill(rows);
      for (const [of, statements] of cases)
        for (const statement of statements(tableSql(of, collation)))
          assert.deepEqual(
            await plan(statement),
            [
              ['u', 'ALL', null],
              ['t', 'eq_ref', 'PRIMARY'],
            ],
            statement.text,
          );
    });
});
