import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { bigint, type Change, int, type Store, table, text } from '@ensemble/engine/store';
import { isError } from '@ensemble/errors';
import { startPostgres } from '@ensemble/local-postgres';
import { cuttingProxy, type Fate } from '@ensemble/testkit/cutting-proxy';
import { type PostgresStoreOptions, postgresStore, provision } from './main.ts';
import { inDatabase, ownNames, run, type TestDatabase, testDatabase } from './test-database.ts';

const accounts = table('accounts', ['id'], { id: int, owner: text, balance: bigint });
const account = (id: number, balance = 0, owner = `owner ${id}`) => ({ id, owner, balance });
const schema = `create table accounts (
  id int not null, owner text not null constraint one_account_each unique, balance bigint not null constraint balance_limit check (balance >= -100),
  constraint accounts_by_id primary key (id))`;

const commitWords = { asked: 'commit\0', answered: 'COMMIT\0' };

async function save(store: Store, ...changes: readonly Change[]): Promise<void> {
  await (await store.begin()).commit(changes);
}

describe('the PostgreSQL store', () => {
  let database: TestDatabase;
  let store: Store;
  const closing: (() => Promise<void>)[] = [];
  const open = (more: Partial<PostgresStoreOptions> = {}): Store => {
    const opened = postgresStore({ url: database.url, applicationName: 'failures.test', writers: 2, ...more });
    closing.push(() => opened.close());
    return opened;
  };
  const balances = async (): Promise<unknown> => run(database.url, 'select id, balance::int from accounts order by id');
  before(async () => {
    database = await testDatabase();
    await run(database.url, schema);
  });
  after(() => database.drop());
  beforeEach(async () => {
    await run(database.url, 'truncate accounts');
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

    it('a check', async () => {
      const details = { table: 'accounts', constraint: 'balance_limit', sqlstate: '23514' };
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2)] }, { table: accounts, update: [account(1, -101)] });
    });
    it('a second unique key, which is no conflict', async () => {
      const details = { table: 'accounts', constraint: 'one_account_each', sqlstate: '23505' };
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, 'owner 1')] });
    });
    it('the primary key, whatever it is called, which is one', async () => {
      await refused('STORE_CONFLICT', { table: 'accounts' }, { table: accounts, insert: [account(1, 0, 'x'), account(2)] });
    });
    it('a row that is too long for an index', async () => {
      const long = randomBytes(20_000).toString('base64');
      const details = { table: 'accounts', constraint: 'limit', sqlstate: '54000' };
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, long)] });
    });
    it('a table that is not there', async () => {
      const nothing = table('nothing', ['id'], { id: int });
      await refused('STORE_MISMATCH', { table: 'nothing', sqlstate: '42P01' }, { table: nothing, insert: [{ id: 1 }] });
    });
  });

  it('prepares a statement anew when a migration changed a type beneath it', async () => {
    const one = open({ writers: 1 });
    const balance = async (): Promise<unknown> => {
      const unit = await one.begin();
      try {
        return (await unit.load([{ table: accounts, keys: [[1]] }]))[0]?.[0];
      } finally {
        await unit.rollback();
      }
    };
    assert.deepEqual(await balance(), account(1));
    await run(database.url, 'alter table accounts alter owner type varchar(100)');
    await assert.rejects(balance(), { code: 'STORE_CONFLICT', details: { table: 'accounts', sqlstate: '0A000' } });
    assert.deepEqual(await balance(), account(1));
  });

  it('gives way when a row stays locked too long', async () => {
    const impatient = open({ timeouts: { lock: 50 } });
    const holder = await store.begin();
    await holder.load([{ table: accounts, keys: [[1]] }]);
    const unit = await impatient.begin();
    await assert.rejects(unit.load([{ table: accounts, keys: [[1]] }]), { code: 'STORE_CONFLICT' });
    await holder.rollback();
    await save(impatient, { table: accounts, update: [account(1, 5)] });
  });

  it('holds nobody up when its process stops in mid-unit', async () => {
    const stopped = open({ timeouts: { idleInTransaction: 50 }, writers: 1 });
    const unit = await stopped.begin();
    await unit.load([{ table: accounts, keys: [[1]] }]);
    await save(store, { table: accounts, update: [account(1, 7)] }); // waits for the row, and is given it
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 1)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await balances(), [[1, 7]]);
    await save(stopped, { table: accounts, update: [account(1, 8)] });
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

    it('but it does know when the server had refused a row before', async () => {
      const proxy = await cuttingProxy(database.url, commitWords);
      closing.push(() => proxy.close());
      const cut = open({ url: proxy.url, writers: 1 });
      await assert.rejects(save(cut, { table: accounts, update: [account(1, -500)] }), { code: 'STORE_VIOLATION' });
    });
  });

  it('knows that nothing was committed when the connection goes before the COMMIT', async (t) => {
    const lines: string[] = [];
    const cut = open({ writers: 1, log: (line) => lines.push(line) });
    const unit = await cut.begin();
    await unit.load([{ table: accounts, keys: [[1]] }]);
    await run(
      database.url,
      `select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'failures.test' and state = 'idle in transaction'`,
    );
    await t.waitFor(() => assert.equal(lines.length, 1), { timeout: 10_000 });
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 3)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await balances(), [[1, 0]]);
    await save(cut, { table: accounts, update: [account(1, 4)] });
    assert.deepEqual(await cut.select(accounts, {}), [account(1, 4)]);
  });

  it('may do what its role may, and no more', async () => {
    const names = ownNames('bank');
    const server = inDatabase(database.url, 'postgres');
    const { url, ownerUrl } = await provision({ adminUrl: server, ...names, password: 'secret' });
    try {
      await run(ownerUrl, `${schema}; revoke update, delete on accounts from ${names.role}`);
      const least = open({ url });
      await save(least, { table: accounts, insert: [account(1, 1)] });
      assert.deepEqual(await least.select(accounts, {}), [account(1, 1)]);
      for (const change of [{ update: [account(1, 2)] }, { remove: [[1]] }]) {
        await assert.rejects(save(least, { table: accounts, ...change }), {
          code: 'STORE_MISMATCH',
          details: { table: 'accounts', sqlstate: '42501' },
        });
      }
      for (const close of closing.splice(0)) await close();
    } finally {
      await run(server, `drop database ${names.database} with (force)`);
      await run(server, `drop role ${names.role}`);
    }
  });

  it('shows who it is', async (t) => {
    const who = `select count(*)::int from pg_stat_activity where application_name = 'failures.test' and datname = current_database()`;
    const twoWritersAndTwoReaders = [[4]];
    await t.waitFor(async () => assert.deepEqual(await run(database.url, who), twoWritersAndTwoReaders), { timeout: 10_000 });
  });
});

describe('the PostgreSQL store, when the server goes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'store-postgres-'));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('says so at once, and goes on by itself when it is back', async (t) => {
    const settings = { shared_buffers: '16MB' };
    let server = await startPostgres({ dir, settings });
    const lines: string[] = [];
    const store = postgresStore({ url: server.url, applicationName: 'outage.test', log: (line) => lines.push(line) });
    try {
      await run(server.url, schema);
      await save(store, { table: accounts, insert: [account(1, 1)] });
      const unit = await store.begin();
      await unit.load([{ table: accounts, keys: [[1]] }]);
      server.kill();
      await t.waitFor(() => assert.equal(store.health().up, false), { timeout: 10_000 });
      await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 2)] }]), { code: 'STORE_UNAVAILABLE' });
      const asked = performance.now();
      await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
      await assert.rejects(store.select(accounts, {}), { code: 'STORE_UNAVAILABLE' });
      assert.ok(performance.now() - asked < 100);
      server = await startPostgres({ dir, settings });
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
    const store = postgresStore({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'outage.test' });
    await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
    assert.equal(store.health().up, false);
    await store.close();
  });
});
