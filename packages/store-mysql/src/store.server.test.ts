import { after } from 'node:test';
import { storeConformance } from '@ensemble/testkit/store-conformance';
import { mysqlStore } from './main.ts';
import { quoteName } from './table-sql.ts';
import { createTableSql, run, testDatabase } from './test-database.ts';

const { url, drop } = await testDatabase();
after(drop);
let made = false;

storeConformance('mysql', {
  async open(tables) {
    await run(url, tables.map((table) => (made ? `delete from ${quoteName(table.name)};` : createTableSql(table))).join('\n'));
    made = true;
    return mysqlStore({ url, applicationName: 'store.test', writers: 4, readers: 1 });
  },
});
