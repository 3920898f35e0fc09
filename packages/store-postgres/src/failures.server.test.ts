import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { startPostgres } from '@ensemble/local-postgres';
import { account, accounts, type Bed, type FailuresHarness, save, storeFailures } from '@ensemble/testkit/store-failures';
import { postgresStore, prepare, workUrl } from './main.ts';
import { inDatabase, ownNames, run, testDatabase } from './test-database.ts';

const applicationName = 'failures.test';

const harness: FailuresHarness = {
  store: (options) => postgresStore({ ...options, applicationName }),
  database: testDatabase,
  run,
  schema: `create table accounts (
    id int not null, owner text not null constraint one_account_each unique, balance bigint not null constraint balance_limit check (balance >= -100),
    constraint accounts_by_id primary key (id))`,
  commitWords: { asked: 'commit\0', answered: 'COMMIT\0' },
  async endTransactions(url) {
    const ours = `datname = current_database() and state = 'idle in transaction'`;
    await run(url, `select count(pg_terminate_backend(pid)) from pg_stat_activity where ${ours}`);
  },
  codes: { check: { sqlstate: '23514' }, unique: { sqlstate: '23505' }, unknownTable: { sqlstate: '42P01' } },
  nowhere: 'postgres://nobody@127.0.0.1:1/none',
  start: (dir) => startPostgres({ dir, settings: { shared_buffers: '16MB' } }),
  cannotStart: false,
};

storeFailures('PostgreSQL', harness, ({ open, refused, url, closeAll }: Bed) => {
  it('names a row that is too long for an index', async () => {
    const long = randomBytes(20_000).toString('base64');
    const details = { table: 'accounts', constraint: 'limit', sqlstate: '54000' };
    await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, long)] });
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
    await run(url(), 'alter table accounts alter owner type varchar(100)');
    await assert.rejects(balance(), { code: 'STORE_CONFLICT', details: { table: 'accounts', sqlstate: '0A000' } });
    assert.deepEqual(await balance(), account(1));
  });

  it('may do what its role may, and no more', async () => {
    const names = ownNames('bank');
    const server = inDatabase(url(), 'postgres');
    const place = { ...names, password: 'secret', sources: [] };
    await prepare(server, [place]);
    try {
      await run(inDatabase(server, names.database), `${harness.schema}; revoke update, delete on accounts from ${names.role}`);
      const least = open({ url: workUrl(server, place) });
      await save(least, { table: accounts, insert: [account(1, 1)] });
      assert.deepEqual(await least.select(accounts, {}), [account(1, 1)]);
      for (const change of [{ update: [account(1, 2)] }, { remove: [[1]] }]) {
        await assert.rejects(save(least, { table: accounts, ...change }), {
          code: 'STORE_MISMATCH',
          details: { table: 'accounts', sqlstate: '42501' },
        });
      }
      await closeAll();
    } finally {
      await run(server, `drop database ${names.database} with (force)`);
      await run(server, `drop role ${names.role}`);
    }
  });

  it('shows who it is', async (t) => {
    const who = `select count(*)::int from pg_stat_activity where application_name = '${applicationName}' and datname = current_database()`;
    const aWriterAndAReader = [[2]];
    await t.waitFor(async () => assert.deepEqual(await run(url(), who), aWriterAndAReader), { timeout: 10_000 });
  });
});
