import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { migrate, provision } from './main.ts';
import { inDatabase, ownName, run, type TestDatabase, testDatabase } from './test-database.ts';

const directory = mkdtempSync(join(tmpdir(), 'migrations-mysql-'));
after(() => rmSync(directory, { recursive: true }));

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const file = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);
const sources = [{ name: 'shop', directory }];
const noted = (): Promise<unknown> => run(database.url, 'select version, statements, finished_at is not null from migrations');
const tables = async (): Promise<unknown[]> => (await run(database.url, 'show tables')).map(([name]) => name);

describe('migrations in MySQL', () => {
  const accounts = 'create table accounts (id int primary key, owner varchar(20));\n';

  beforeEach(() => file('0001_shop.sql', `-- two; at once\n${accounts}insert into accounts values (1, 'a;b');\n`));
  afterEach(() => rmSync(join(directory, '0002_more.sql'), { force: true }));

  it('are applied once, in order, and written down', async () => {
    const lines: string[] = [];
    const log = (line: string): unknown => lines.push(line);
    await migrate({ url: database.url, sources, log });
    file('0002_more.sql', 'alter table accounts add column balance bigint not null default 0;');
    await migrate({ url: database.url, sources, log });
    assert.deepEqual(await run(database.url, 'select * from accounts'), [[1, 'a;b', 0]]);
    assert.deepEqual(await noted(), [
      [1, 2, 1],
      [2, 1, 1],
    ]);
    assert.deepEqual(lines, ['migration shop/0001_shop.sql applied', 'migration shop/0002_more.sql applied']);
  });

  it('are applied by one of several processes at once', async () => {
    const lines: string[] = [];
    await Promise.all([1, 2, 3, 4].map(() => migrate({ url: database.url, sources, log: (line) => lines.push(line) })));
    assert.equal(lines.length, 1);
  });

  it('that were edited after they were applied are refused', async () => {
    await migrate({ url: database.url, sources });
    file('0001_shop.sql', accounts);
    await assert.rejects(migrate({ url: database.url, sources }), { code: 'MIGRATION_CHANGED' });
  });

  it('of a newer release are left alone', async () => {
    file('0002_more.sql', 'create table more (id int primary key);');
    await migrate({ url: database.url, sources });
    rmSync(join(directory, '0002_more.sql'));
    const lines: string[] = [];
    await migrate({ url: database.url, sources, log: (line) => lines.push(line) });
    assert.deepEqual(lines, ['the database is ahead of this program: shop has 2 migrations there']);
  });

  it('that stop in the middle are noticed, and left to a person', async () => {
    await migrate({ url: database.url, sources });
    file('0002_more.sql', 'create table more (id int primary key);\nalter table nowhere add column x int;\ncreate table most (id int);');
    await assert.rejects(migrate({ url: database.url, sources }), {
      code: 'MIGRATION_INVALID',
      details: { source: 'shop', file: '0002_more.sql', statement: 2 },
      message: /0002_more\.sql, statement 2 of 3: Table '.*\.nowhere' doesn't exist/,
    });
    const half = { code: 'MIGRATION_HALF_DONE', details: { source: 'shop', file: '0002_more.sql', statements: 1, of: 3 } };
    await assert.rejects(migrate({ url: database.url, sources }), half);
    file('0002_more.sql', 'create table more (id int primary key);');
    await assert.rejects(migrate({ url: database.url, sources }), { code: 'MIGRATION_HALF_DONE' });
    assert.deepEqual(await tables(), ['accounts', 'migrations', 'more']);
    await run(database.url, 'drop table more; delete from migrations where version = 2');
    await migrate({ url: database.url, sources });
    assert.deepEqual(await tables(), ['accounts', 'migrations', 'more']);
  });

  it('that the server refuses at the first statement can be mended', async () => {
    file('0001_shop.sql', 'create tabel accounts (id int);');
    await assert.rejects(migrate({ url: database.url, sources }), { code: 'MIGRATION_INVALID' });
    file('0001_shop.sql', accounts);
    await migrate({ url: database.url, sources });
    assert.deepEqual(await noted(), [[1, 1, 1]]);
  });

  it('make tables that compare text by its code points, whatever the database was made with', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await run(database.url, `alter database ${name} character set latin1 collate latin1_swedish_ci`);
    file('0001_shop.sql', 'create table names (name varchar(20) primary key);');
    await migrate({ url: database.url, sources });
    await run(database.url, "insert into names values ('a'), ('A'), ('a '), ('ä'), ('😀')");
    assert.deepEqual(await run(database.url, 'select name from names order by name'), [['A'], ['a'], ['a '], ['ä'], ['😀']]);
  });

  it('speak of the service’s user as :role; where it has none, what they say of it is left out', async () => {
    const user = "o'neil";
    const rights = `select privilege_type from information_schema.table_privileges where grantee like '%neil%' and table_schema = database() order by 1`;
    file('0001_shop.sql', `${accounts}grant select, insert on accounts to :role;\ncreate table words as select ':roles a:role' w;`);
    await migrate({ url: database.url, sources });
    assert.deepEqual(await tables(), ['accounts', 'migrations', 'words']);
    await run(database.url, "drop table accounts, words, migrations; create user `o'neil`@'%'");
    try {
      await migrate({ url: database.url, sources, role: user });
      assert.deepEqual(await run(database.url, rights), [['INSERT'], ['SELECT']]);
      assert.deepEqual(await run(database.url, 'select w from words'), [[':roles a:role']]);
    } finally {
      await run(database.url, "drop user `o'neil`@'%'");
    }
  });

  it('of a server that is not there: unavailable', async () => {
    await assert.rejects(migrate({ url: 'mysql://nobody@127.0.0.1:1/none', sources }), { code: 'STORE_UNAVAILABLE' });
  });
});

describe('a database and a user for a service', () => {
  it('may do what the migrations grant it, table by table, and nothing else', async () => {
    const adminUrl = testServers().mysqlUrl;
    const [one, two] = [ownName('one'), ownName('two')];
    const role = one.slice(0, 30);
    try {
      const { url, ownerUrl } = await provision({ adminUrl, database: one, role, password: 'secret' });
      await provision({ adminUrl, database: two, role: two.slice(0, 30), password: 'secret' });
      file(
        '0001_shop.sql',
        `create table accounts (id int primary key); grant select, insert, update, delete on accounts to :role;
         create table ledger (id int primary key); grant select, insert on ledger to :role;`,
      );
      await migrate({ url: ownerUrl, sources, role });
      await run(url, 'insert into accounts values (1); update accounts set id = 2; delete from accounts; insert into ledger values (1)');
      assert.deepEqual(await run(url, 'select * from ledger'), [[1]]);
      const table = ['create table mine (id int)', 'drop table accounts', 'truncate accounts', 'alter table accounts add x int'];
      const rows = ['update ledger set id = 2', 'delete from ledger', 'select * from migrations', 'delete from migrations'];
      for (const sql of [...table, ...rows]) await assert.rejects(run(url, sql), { errno: 1142 }, sql);
      await assert.rejects(run(inDatabase(url, two), 'select 1'), { errno: 1044 });
    } finally {
      await dropAll(adminUrl, one, two);
    }
  });

  it('has its rights again when it was dropped, and another has the same in the same database', async () => {
    const adminUrl = testServers().mysqlUrl;
    const [database, other] = [ownName('shop'), ownName('other')];
    file(
      '0001_shop.sql',
      `create table accounts (id int primary key); grant select, insert, update on accounts to :role;
       create table ledger (id int primary key); grant select, insert, update on ledger to :role; revoke update on ledger from :role;`,
    );
    const prepared = async (role: string): Promise<string> => {
      const { url, ownerUrl } = await provision({ adminUrl, database, role, password: 'secret' });
      await migrate({ url: ownerUrl, sources, role });
      return url;
    };
    try {
      const role = database.slice(0, 30);
      await migrate({ url: (await provision({ adminUrl, database, role, password: 'secret' })).ownerUrl, sources });
      for (const [id, name] of [role, role, other.slice(0, 30)].entries()) {
        const url = await prepared(name);
        await run(url, `insert into accounts values (${id}); update accounts set id = id; insert into ledger values (${id})`);
        await assert.rejects(run(url, 'update ledger set id = id'), { errno: 1142 });
        if (id === 0) await run(adminUrl, `drop user '${role}'@'%'`);
      }
    } finally {
      await dropAll(adminUrl, database, other);
    }
  });

  it('can be made again, with another password', async () => {
    const adminUrl = testServers().mysqlUrl;
    const database = ownName('shop');
    const role = database.slice(0, 30);
    try {
      const first = await provision({ adminUrl, database, role, password: 'first' });
      assert.deepEqual(await provision({ adminUrl, database, role, password: 'first' }), first);
      const second = await provision({ adminUrl, database, role, password: 'second' });
      await assert.rejects(run(inDatabase(first.url, ''), 'select 1'), { errno: 1045 });
      assert.deepEqual(await run(inDatabase(second.url, ''), 'select 1'), [[1]]);
      const more = provision({ adminUrl: second.url, database, role: 'another', password: 'hidden' });
      await assert.rejects(more, (error: Error) => {
        assert.match(String(error), /Access denied/);
        assert.doesNotMatch(JSON.stringify(error), /hidden/);
        return true;
      });
      await assert.rejects(more, { code: 'STORE_MISMATCH' });
    } finally {
      await dropAll(adminUrl, database);
    }
  });
});

async function dropAll(url: string, ...databases: readonly string[]): Promise<void> {
  for (const database of databases)
    await run(url, `drop database if exists ${database}; drop user if exists '${database.slice(0, 30)}'@'%'`);
}
