import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { bigint, type Change, int, type Row, type Store, table, text } from '@ensemble/engine/store';
import { isError } from '@ensemble/errors';
import { findPrograms, startMysql } from '@ensemble/local-mysql';
import { cuttingProxy, type Fate } from '@ensemble/testkit/cutting-proxy';
import { testServers } from '@ensemble/testkit/servers';
import { type MysqlStoreOptions, mysqlStore, provision } from './main.ts';
import { ownName, run, type TestDatabase, testDatabase } from './test-database.ts';

const accounts = table('accounts', ['id'], { id: int, owner: text, balance: bigint });
const payments = table('payments', ['id'], { id: int, accountId: int });
const account = (id: number, balance = 0, owner = `owner ${id}`): Row => ({ id, owner, balance });
const schema = `create table accounts (
  id int not null primary key, owner varchar(100) not null, balance bigint not null,
  constraint one_account_each unique (owner), constraint balance_limit check (balance >= -100));
create table payments (id int primary key, account_id int not null, constraint payer foreign key (account_id) references accounts (id))`;
/** The answer is an OK packet: nothing else comes after the COMMIT. */
const commitWords = { asked: 'commit;', answered: '' };

async function save(store: Store, ...changes: readonly Change[]): Promise<void> {
  await (await store.begin()).commit(changes);
}

describe('the MySQL store', () => {
  let database: TestDatabase;
  let store: Store;
  const closing: (() => Promise<void>)[] = [];
  const open = (more: Partial<MysqlStoreOptions> = {}): Store => {
    const opened = mysqlStore({ url: database.url, applicationName: 'failures.test', writers: 2, ...more });
    closing.push(() => opened.close());
    return opened;
  };
  const balances = async (): Promise<unknown> => run(database.url, 'select id, balance from accounts order by id');
  before(async () => {
    database = await testDatabase();
    await run(database.url, schema);
  });
  after(() => database.drop());
  beforeEach(async () => {
    await run(database.url, 'delete from payments; delete from accounts');
    store = open();
    await save(store, { table: accounts, insert: [account(1)] });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  describe('names what the database refused', () => {
    const refused = async (code: string, details: object, ...changes: readonly Change[]): Promise<void> => {
      const before = await balances();
      for (const loadsFirst of [false, true]) {
        const unit = await store.begin();
        if (loadsFirst) await unit.load([{ table: accounts, keys: [[1], [2]] }]);
        await assert.rejects(unit.commit(changes), (error) => {
          assert.ok(isError(error), String(error));
          assert.deepEqual({ code: error.code, details: error.details }, { code, details });
          assert.doesNotMatch(inspect(error), /owner 1/); // nobody's data in logs
          return true;
        });
      }
      assert.deepEqual(await balances(), before);
    };
    /** As MariaDB numbers it, and as MySQL does. */
    const violated = (constraint: string, errno: number, more: object = {}) => ({ table: 'accounts', constraint, errno, ...more });

    it('a check', async () => {
      const update = [account(1, -101)];
      await refused(
        'STORE_VIOLATION',
        violated('balance_limit', 4025),
        { table: accounts, insert: [account(2)] },
        { table: accounts, update },
      );
    });
    it('a second unique key, which is no conflict', async () => {
      await refused('STORE_VIOLATION', violated('one_account_each', 1062), { table: accounts, insert: [account(2, 0, 'owner 1')] });
    });
    it('the primary key, which is one', async () => {
      await refused('STORE_CONFLICT', { table: 'accounts' }, { table: accounts, insert: [account(1, 0, 'x'), account(2)] });
    });
    it('a foreign key', async () => {
      const details = { ...violated('payer', 1452), table: 'payments' };
      await refused('STORE_VIOLATION', details, { table: payments, insert: [{ id: 1, accountId: 7 }] });
    });
    it('a text that is too long for its column, instead of cutting it', async () => {
      const details = violated('limit', 1406, { column: 'owner' });
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, 'x'.repeat(101))] });
    });
    it('a row that is larger than the server takes', async () => {
      const unit = await store.begin();
      const [[bytes] = []] = await run(database.url, 'select @@max_allowed_packet');
      const huge = account(2, 0, 'x'.repeat(Number(bytes)));
      await assert.rejects(unit.commit([{ table: accounts, insert: [huge] }]), {
        code: 'STORE_VIOLATION',
        details: { table: 'accounts', constraint: 'limit' },
      });
      await save(store, { table: accounts, insert: [account(2)] });
    });
    it('a table that is not there', async () => {
      const nothing = table('nothing', ['id'], { id: int });
      await refused('STORE_MISMATCH', { table: 'nothing', errno: 1146 }, { table: nothing, insert: [{ id: 1 }] });
    });
    it('and the table, behind others that it took', async () => {
      const changes = [{ table: accounts, update: [account(1, 5)], insert: [account(3)] }];
      await refused('STORE_VIOLATION', { ...violated('payer', 1452), table: 'payments' }, ...changes, {
        table: payments,
        insert: [{ id: 1, accountId: 7 }],
      });
    });
  });

  it('takes rows that differ in nothing for updated: they were found', async () => {
    await save(store, { table: accounts, insert: [account(2), account(3)] });
    await save(store, { table: accounts, update: [account(1)] });
    await save(store, { table: accounts, update: [account(1), account(2), account(3, 5)] });
    assert.deepEqual(await balances(), [
      [1, 0],
      [2, 0],
      [3, 5],
    ]);
  });

  it('saves more than one packet of the server holds', async () => {
    const notes = table('notes', ['id'], { id: int, note: text });
    await run(database.url, 'create table notes (id int primary key, note longtext not null)');
    const note = (id: number, word: string): Row => ({ id, note: `"${word}'\\😀${'x'.repeat(1_000_000)}` });
    const all = (word: string): Row[] => Array.from({ length: 20 }, (_, id) => note(id, word));
    await save(store, { table: notes, insert: all('one') });
    await save(store, { table: notes, update: all('two') });
    assert.deepEqual(await store.select(notes, { orderBy: [['id', 'asc']] }), all('two'));
  });

  it('looks for absent rows without holding up those who insert beside them', async () => {
    const impatient = open({ timeouts: { lock: 1 } });
    await save(store, { table: accounts, insert: [account(10), account(20)] });
    const [one, two] = [await impatient.begin(), await impatient.begin()];
    for (const unit of [one, two]) assert.deepEqual(await unit.load([{ table: accounts, keys: [[12], [14], [16]] }]), [[]]);
    await one.commit([{ table: accounts, insert: [account(14)] }]);
    await two.commit([{ table: accounts, insert: [account(12), account(16)] }]);
    assert.equal(await store.count(accounts), 6);
  });

  it('finds no row by a key that only begins like its own', async () => {
    const names = table('names', ['name'], { name: text, rank: int });
    await run(database.url, 'create table names (name varchar(20) primary key, `rank` int not null)');
    await save(store, {
      table: names,
      insert: [
        { name: 'x'.repeat(20), rank: 1 },
        { name: 'y', rank: 2 },
      ],
    });
    const unit = await store.begin();
    assert.deepEqual(await unit.load([{ table: names, keys: [['x'.repeat(21)], ['y '], ['Y'], ['y']] }]), [[{ name: 'y', rank: 2 }]]);
    await unit.rollback();
  });

  it('gives way when a row stays locked too long', async () => {
    const impatient = open({ timeouts: { lock: 1 } });
    const holder = await store.begin();
    await holder.load([{ table: accounts, keys: [[1]] }]);
    const unit = await impatient.begin();
    await assert.rejects(unit.load([{ table: accounts, keys: [[1]] }]), { code: 'STORE_CONFLICT' });
    await holder.rollback();
    await save(impatient, { table: accounts, update: [account(1, 5)] });
  });

  it('holds nobody up when its process stops in mid-unit, and keeps a session that rests', async (t) => {
    const lines: string[] = [];
    const stopped = open({ timeouts: { idleInTransaction: 1 }, writers: 2, log: (line) => lines.push(line) });
    const resting = await stopped.begin();
    const unit = await stopped.begin();
    await resting.commit([{ table: accounts, insert: [account(2)] }]);
    await unit.load([{ table: accounts, keys: [[1]] }]);
    await save(store, { table: accounts, update: [account(1, 7)] }); // waits for the row, and is given it
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 1)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await balances(), [
      [1, 7],
      [2, 0],
    ]);
    await t.waitFor(() => assert.equal(lines.length, 1), { timeout: 10_000 });
    await save(stopped, { table: accounts, update: [account(1, 8)] });
    assert.equal(lines.length, 1);
  });

  describe('does not know whether a COMMIT landed when its answer is lost', () => {
    const fates: readonly (readonly [fate: Fate, landed: boolean])[] = [
      ['lose answer', true],
      ['hold answer', true],
      ['lose commit', false],
    ];
    for (const [fate, landed] of fates) {
      it(`${fate}: it says so, and goes on with a new connection`, async (t) => {
        const proxy = await cuttingProxy(database.url, commitWords);
        closing.push(() => proxy.close());
        const cut = open({ url: proxy.url, writers: 1, timeouts: { answer: 300 } });
        for (const loadsFirst of [true, false]) {
          await save(cut, { table: accounts, update: [account(1)] });
          const unit = await cut.begin();
          if (loadsFirst) await unit.load([{ table: accounts, keys: [[1]] }]);
          proxy.next = fate;
          await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 9)] }]), { code: 'STORE_COMMIT_UNKNOWN' });
          await t.waitFor(async () => assert.deepEqual(await balances(), [[1, landed ? 9 : 0]]), { timeout: 10_000 });
        }
      });
    }
  });

  it('knows that nothing was committed when the connection goes before the COMMIT', async (t) => {
    const lines: string[] = [];
    const cut = open({ writers: 1, log: (line) => lines.push(line) });
    const unit = await cut.begin();
    await unit.load([{ table: accounts, keys: [[1]] }]);
    const [[session] = []] = await run(database.url, 'select trx_mysql_thread_id from information_schema.innodb_trx');
    await run(database.url, `kill ${Number(session)}`);
    await t.waitFor(() => assert.equal(lines.length, 1), { timeout: 10_000 });
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 3)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await balances(), [[1, 0]]);
    await save(cut, { table: accounts, update: [account(1, 4)] });
    assert.deepEqual(await cut.select(accounts, {}), [account(1, 4)]);
  });

  it('knows it too when the connection goes while rows are being changed', async (t) => {
    const proxy = await cuttingProxy(database.url, commitWords);
    closing.push(() => proxy.close());
    const cut = open({ url: proxy.url, writers: 1 });
    const holder = await store.begin();
    await holder.load([{ table: accounts, keys: [[1]] }]);
    const refused = assert.rejects(save(cut, { table: accounts, update: [account(1, 3)] }), { code: 'STORE_UNAVAILABLE' });
    const waiting = "select count(*) from information_schema.processlist where info like 'update%' and db = database()";
    await t.waitFor(async () => assert.deepEqual(await run(database.url, waiting), [[1]]), { timeout: 10_000 });
    await proxy.close();
    await refused;
    await holder.rollback();
    await save(store, { table: accounts, update: [account(1, 4)] });
    assert.deepEqual(await balances(), [[1, 4]]);
  });

  it('may do what its user may, and no more', async () => {
    const name = ownName('bank');
    const role = name.slice(0, 30);
    const server = testServers().mysqlUrl;
    const { url, ownerUrl } = await provision({ adminUrl: server, database: name, role, password: 'secret' });
    try {
      await run(ownerUrl, `${schema}; grant select, insert on accounts to '${role}'@'%'`);
      const least = open({ url });
      await save(least, { table: accounts, insert: [account(1, 1)] });
      assert.deepEqual(await least.select(accounts, {}), [account(1, 1)]);
      for (const change of [{ update: [account(1, 2)] }, { remove: [[1]] }])
        await assert.rejects(save(least, { table: accounts, ...change }), {
          code: 'STORE_MISMATCH',
          details: { table: 'accounts', errno: 1142 },
        });
      for (const close of closing.splice(0)) await close();
    } finally {
      await run(server, `drop database ${name}; drop user '${role}'@'%'`);
    }
  });

  it('reads what was committed a moment ago', async () => {
    for (const balance of [1, 2, 3]) {
      await save(store, { table: accounts, update: [account(1, balance)] });
      assert.deepEqual(await store.select(accounts, { where: [['balance', '=', balance]] }), [account(1, balance)]);
    }
  });
});

describe('the MySQL store, when the server goes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'store-mysql-'));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('says so at once, and goes on by itself when it is back', { skip: findPrograms() ? false : 'MariaDB is not installed' }, async (t) => {
    let server = await startMysql({ dir });
    const lines: string[] = [];
    const url = server.url.replace(/mysql$/, 'shop');
    await run(server.url, 'create database shop character set utf8mb4 collate utf8mb4_nopad_bin');
    await run(url, schema);
    const store = mysqlStore({ url, applicationName: 'outage.test', log: (line) => lines.push(line) });
    try {
      await save(store, { table: accounts, insert: [account(1, 1)] });
      const unit = await store.begin();
      await unit.load([{ table: accounts, keys: [[1]] }]);
      await server.kill();
      await t.waitFor(() => assert.equal(store.health().up, false), { timeout: 10_000 });
      await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 2)] }]), { code: 'STORE_UNAVAILABLE' });
      const asked = performance.now();
      await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
      await assert.rejects(store.select(accounts, {}), { code: 'STORE_UNAVAILABLE' });
      assert.ok(performance.now() - asked < 100);
      server = await startMysql({ dir, port: server.port });
      await t.waitFor(() => assert.equal(store.health().up, true), { timeout: 10_000 });
      await save(store, { table: accounts, update: [account(1, 3)] });
      assert.deepEqual(await store.select(accounts, {}), [account(1, 3)]);
      assert.ok(lines.some((line) => line.startsWith('the database cannot be reached')) && lines.includes('the database is back'));
    } finally {
      await store.close();
      await server.stop();
    }
  });

  it('that was never there: says so, and can be closed', async () => {
    const store = mysqlStore({ url: 'mysql://nobody@127.0.0.1:1/none', applicationName: 'outage.test' });
    await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
    assert.equal(store.health().up, false);
    await store.close();
  });
});
