import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { int, table, text, uuid } from '@ensemble/engine/store';
import { createTableSql } from '@ensemble/testkit/store-conformance';
import pg from 'pg';
import { querySql } from './query-sql.ts';
import { writerSettings } from './store.ts';
import { tableSql } from './table-sql.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

const lines = table('lines', ['orderId', 'lineNo'], { orderId: uuid, lineNo: int, name: text });
const sql = tableSql(lines, 'lines');
const row = { orderId: '01990000-0000-7000-8000-000000000000', lineNo: 1, name: 'x' };

/** Plans are made on the empty table, as in a new shop: they must still be right when it holds a million rows. */
describe('the plans of a writer', () => {
  let database: TestDatabase;
  let client: pg.Client;
  before(async () => {
    database = await testDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    for (const [name, value] of Object.entries(writerSettings)) await client.query(`set ${name} = '${value}'`);
    await client.query(createTableSql(lines));
  });
  after(async () => {
    await client.end();
    await database.drop();
  });
  const plan = async (statement: string): Promise<readonly string[]> => {
    const { rows } = await client.query<[string]>({ text: `explain (generic_plan, costs off) ${statement}`, rowMode: 'array' });
    return rows.map(([line]) => line.trim());
  };

  it('load: one lookup a key, locked in the order of the keys', async () => {
    assert.deepEqual(await plan(sql.load([[row.orderId, 1]]).text), [
      'Nested Loop',
      '->  Function Scan on u',
      '->  Subquery Scan on r',
      '->  LockRows',
      '->  Index Scan using lines_pkey on lines t',
      'Index Cond: ((order_id = u.c0) AND (line_no = u.c1))',
    ]);
  });

  for (const [what, statement] of [
    ['update', sql.update([row])],
    ['remove', sql.remove([[row.orderId, 1]])],
  ] as const) {
    it(`${what}: one lookup a row`, async () => {
      const lookedUp = await plan(statement.text);
      assert.ok(lookedUp.includes('->  Index Scan using lines_pkey on lines t'), lookedUp.join('\n'));
      assert.ok(!lookedUp.some((line) => line.includes('Seq Scan')), lookedUp.join('\n'));
    });
  }

  it('a query: by the key’s first column', async () => {
    const found = await plan(querySql(sql, { where: [['orderId', '=', row.orderId]], limit: 5 }).text);
    assert.ok(found.includes('->  Index Scan using lines_pkey on lines t'), found.join('\n'));
  });
});
