import assert from 'node:assert/strict';
import { it } from 'node:test';
import { int, type Row, table, text } from '@ensemble/engine/store';
import { findPrograms, startMysql } from '@ensemble/local-mysql';
import { cuttingProxy } from '@ensemble/testkit/cutting-proxy';
import { testServers } from '@ensemble/testkit/servers';
import { account, accounts, type Bed, type FailuresHarness, save, storeFailures } from '@ensemble/testkit/store-failures';
import { mysqlStore, provision } from './main.ts';
import { inDatabase, ownName, run, testDatabase } from './test-database.ts';

/** As MariaDB numbers it, and as MySQL does. */
const violated = (constraint: string, errno: number, more: object = {}) => ({ table: 'accounts', constraint, errno, ...more });

const harness: FailuresHarness = {
  store: (options) => mysqlStore({ ...options, applicationName: 'failures.test' }),
  database: testDatabase,
  run,
  schema: `create table accounts (
    id int not null primary key, owner varchar(100) not null, balance bigint not null,
    constraint one_account_each unique (owner), constraint balance_limit check (balance >= -100))`,
  // The answer is an OK packet: nothing else comes after the COMMIT.
  commitWords: { asked: 'commit;', answered: '' },
  async endTransactions(url) {
    const ours = 'join information_schema.processlist p on p.id = t.trx_mysql_thread_id where p.db = database()';
    for (const [session] of await run(url, `select p.id from information_schema.innodb_trx t ${ours}`))
      await run(url, `kill ${Number(session)}`);
  },
  codes: { check: { errno: 4025 }, unique: { errno: 1062 }, unknownTable: { errno: 1146 } },
  nowhere: 'mysql://nobody@127.0.0.1:1/none',
  async start(dir, before) {
    const server = await startMysql({ dir, ...(before ? { port: before.port } : {}) });
    if (!before) await run(server.url, 'create database shop character set utf8mb4 collate utf8mb4_nopad_bin');
    return { ...server, url: inDatabase(server.url, 'shop') };
  },
  cannotStart: findPrograms() ? false : 'MariaDB is not installed',
};

const payments = table('payments', ['id'], { id: int, accountId: int });
const paymentsSql =
  'create table if not exists payments (id int primary key, account_id int not null, constraint payer foreign key (account_id) references accounts (id))';

storeFailures('MySQL', harness, ({ open, refused, url, closing, closeAll, balances, store }: Bed) => {
  it('names a foreign key', async () => {
    await run(url(), paymentsSql);
    const details = { ...violated('payer', 1452), table: 'payments' };
    await refused('STORE_VIOLATION', details, { table: payments, insert: [{ id: 1, accountId: 7 }] });
  });
  it('names the table that was refused, behind others that it took', async () => {
    await run(url(), paymentsSql);
    const changes = [{ table: accounts, update: [account(1, 5)], insert: [account(3)] }];
    await refused('STORE_VIOLATION', { ...violated('payer', 1452), table: 'payments' }, ...changes, {
      table: payments,
      insert: [{ id: 1, accountId: 7 }],
    });
  });
  it('names a text that is too long for its column, instead of cutting it', async () => {
    const details = violated('limit', 1406, { column: 'owner' });
    await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, 'x'.repeat(101))] });
  });
  it('names a row that is larger than the server takes', async () => {
    const unit = await store().begin();
    const [[bytes] = []] = await run(url(), 'select @@max_allowed_packet');
    const huge = account(2, 0, 'x'.repeat(Number(bytes)));
    await assert.rejects(unit.commit([{ table: accounts, insert: [huge] }]), {
      code: 'STORE_VIOLATION',
      details: { table: 'accounts', constraint: 'limit' },
    });
    await save(store(), { table: accounts, insert: [account(2)] });
  });
  it('takes rows that differ in nothing for updated: they were found', async () => {
    await save(store(), { table: accounts, insert: [account(2), account(3)] });
    await save(store(), { table: accounts, update: [account(1)] });
    await save(store(), { table: accounts, update: [account(1), account(2), account(3, 5)] });
    assert.deepEqual(await balances(), [
      [1, 0],
      [2, 0],
      [3, 5],
    ]);
  });

  it('saves more than one packet of the server holds', async () => {
    const notes = table('notes', ['id'], { id: int, note: text });
    await run(url(), 'create table notes (id int primary key, note longtext not null)');
    const note = (id: number, word: string): Row => ({ id, note: `"${word}'\\😀${'x'.repeat(1_000_000)}` });
    const all = (word: string): Row[] => Array.from({ length: 20 }, (_, id) => note(id, word));
    await save(store(), { table: notes, insert: all('one') });
    await save(store(), { table: notes, update: all('two') });
    assert.deepEqual(await store().select(notes, { orderBy: [['id', 'asc']] }), all('two'));
  });

  it('looks for absent rows without holding up those who insert beside them', async () => {
    const impatient = open({ timeouts: { lock: 1 } });
    await save(store(), { table: accounts, insert: [account(10), account(20)] });
    const [one, two] = [await impatient.begin(), await impatient.begin()];
    for (const unit of [one, two]) assert.deepEqual(await unit.load([{ table: accounts, keys: [[12], [14], [16]] }]), [[]]);
    await one.commit([{ table: accounts, insert: [account(14)] }]);
    await two.commit([{ table: accounts, insert: [account(12), account(16)] }]);
    assert.equal(await store().count(accounts), 6);
  });

  it('finds no row by a key that only begins like its own', async () => {
    const names = table('names', ['name'], { name: text, rank: int });
    await run(url(), 'create table names (name varchar(20) primary key, `rank` int not null)');
    await save(store(), {
      table: names,
      insert: [
        { name: 'x'.repeat(20), rank: 1 },
        { name: 'y', rank: 2 },
      ],
    });
    const unit = await store().begin();
    assert.deepEqual(await unit.load([{ table: names, keys: [['x'.repeat(21)], ['y '], ['Y'], ['y']] }]), [[{ name: 'y', rank: 2 }]]);
    await unit.rollback();
  });

  it('knows it too when the connection goes while rows are being changed', async (t) => {
    const proxy = await cuttingProxy(url(), harness.commitWords);
    closing(() => proxy.close());
    const cut = open({ url: proxy.url, writers: 1 });
    const holder = await store().begin();
    await holder.load([{ table: accounts, keys: [[1]] }]);
    const refused = assert.rejects(save(cut, { table: accounts, update: [account(1, 3)] }), { code: 'STORE_UNAVAILABLE' });
    const waiting = "select count(*) from information_schema.processlist where info like 'update%' and db = database()";
    await t.waitFor(async () => assert.deepEqual(await run(url(), waiting), [[1]]), { timeout: 10_000 });
    await proxy.close();
    await refused;
    await holder.rollback();
    await save(store(), { table: accounts, update: [account(1, 4)] });
    assert.deepEqual(await balances(), [[1, 4]]);
  });

  it('may do what its user may, and no more', async () => {
    const name = ownName('bank');
    const role = name.slice(0, 30);
    const server = testServers().mysqlUrl;
    const made = await provision({ adminUrl: server, database: name, role, password: 'secret' });
    try {
      await run(made.ownerUrl, `${harness.schema}; grant select, insert on accounts to '${role}'@'%'`);
      const least = open({ url: made.url });
      await save(least, { table: accounts, insert: [account(1, 1)] });
      assert.deepEqual(await least.select(accounts, {}), [account(1, 1)]);
      for (const change of [{ update: [account(1, 2)] }, { remove: [[1]] }])
        await assert.rejects(save(least, { table: accounts, ...change }), {
          code: 'STORE_MISMATCH',
          details: { table: 'accounts', errno: 1142 },
        });
      await closeAll();
    } finally {
      await run(server, `drop database ${name}; drop user '${role}'@'%'`);
    }
  });

  it('reads what was committed a moment ago', async () => {
    for (const balance of [1, 2, 3]) {
      await save(store(), { table: accounts, update: [account(1, balance)] });
      assert.deepEqual(await store().select(accounts, { where: [['balance', '=', balance]] }), [account(1, balance)]);
    }
  });
});
