import { after } from 'node:test';
import { createTableSql, storeConformance } from '@ensemble/testkit/store-conformance';
import { postgresStore } from './main.ts';
import { run, testDatabase } from './test-database.ts';

const { url, drop } = await testDatabase();
after(drop);
let made = false;

storeConformance('postgres', {
  async open(tables) {
    if (!made) await run(url, tables.map(createTableSql).join('\n'));
    else await run(url, `truncate ${tables.map((table) => createTableSql(table).split(' ')[2]).join(', ')}`);
    made = true;
    return postgresStore({ url, applicationName: 'store.test', writers: 4, readers: 1 });
  },
});
