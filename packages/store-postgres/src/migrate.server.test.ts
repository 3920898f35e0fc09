import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { migrate, provision } from './main.ts';
import { inDatabase, ownNames, run, testDatabase } from './test-database.ts';

const top = mkdtempSync(join(tmpdir(), 'migrate-'));
after(() => rmSync(top, { recursive: true }));

describe('migrations', () => {
  let url: string;
  let drop: () => Promise<void>;
  let directory: string;
  const write = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);
  const go = (more: { role?: string } = {}): Promise<void> => migrate({ url, sources: [{ name: 'shop', directory }], ...more });
  const applied = async (): Promise<unknown> => (await run(url, 'select name from migrations order by source, version')).flat();
  beforeEach(async () => {
    ({ url, drop } = await testDatabase());
    directory = mkdtempSync(join(top, 'sql-'));
    write('0001_first.sql', 'create table first (id int primary key);\ninsert into first values (1);');
  });
  afterEach(() => drop());

  it('are applied in order, once', async () => {
    write('0002_second.sql', 'alter table first add column name text;');
    await go();
    await go();
    assert.deepEqual(await applied(), ['0001_first.sql', '0002_second.sql']);
    assert.deepEqual(await run(url, 'select id, name from first'), [[1, null]]);
    write('0003_third.sql', `update first set name = 'x';`);
    await go();
    assert.deepEqual(await run(url, 'select id, name from first'), [[1, 'x']]);
  });

  it('of several sources are counted apart', async () => {
    const engine = join(directory, '..', 'engine');
    mkdirSync(engine);
    writeFileSync(join(engine, '0001_outbox.sql'), 'create table outbox (id int);');
    await migrate({
      url,
      sources: [
        { name: 'engine', directory: engine },
        { name: 'shop', directory },
      ],
    });
    assert.deepEqual(await applied(), ['0001_outbox.sql', '0001_first.sql']);
  });

  it('are applied by one of several processes', async () => {
    await Promise.all([go(), go(), go(), go()]);
    assert.deepEqual(await run(url, 'select count(*)::int from first'), [[1]]);
  });

  it('that were edited are refused; with other line ends they are the same', async () => {
    await go();
    write('0001_first.sql', 'create table first (id int primary key);\r\ninsert into first values (1);');
    await go();
    write('0001_first.sql', 'create table first (id bigint primary key);');
    await assert.rejects(go(), { code: 'MIGRATION_CHANGED', details: { source: 'shop', file: '0001_first.sql' } });
  });

  it('that fail leave nothing, and say where', async () => {
    write('0002_wrong.sql', 'create table second (id int);\n\ncreate table third (id number);');
    await assert.rejects(go(), (error: Error) => {
      assert.equal(error.message, 'Migration shop/0002_wrong.sql, line 3: type "number" does not exist');
      return true;
    });
    assert.deepEqual(await applied(), ['0001_first.sql']);
    assert.deepEqual(await run(url, `select to_regclass('second')`), [[null]]);
  });

  it('with a gap, a number twice or another name are refused before anything is done', async () => {
    for (const name of ['0003_gap.sql', '0001_again.sql', '2_short.sql', '0002-dash.sql', '0002_Upper.sql', 'notes.txt']) {
      write(name, 'select 1;');
      await assert.rejects(go(), { code: 'MIGRATION_INVALID', details: { file: name === '0001_again.sql' ? '0001_first.sql' : name } });
      rmSync(join(directory, name));
    }
    assert.deepEqual(await run(url, `select to_regclass('migrations')`), [[null]]);
  });

  it('of a newer release are left alone', async () => {
    write('0002_newer.sql', 'create table newer (id int);');
    await go();
    rmSync(join(directory, '0002_newer.sql'));
    await go();
    assert.deepEqual(await applied(), ['0001_first.sql', '0002_newer.sql']);
  });

  it('speak of the service’s role as :role, and of nothing else so', async () => {
    const { role } = ownNames('Ro"le');
    await run(url, `create role "${role.replaceAll('"', '""')}"`);
    write('0002_role.sql', `grant select on first to :role;\ncreate table words as select ':roles a:role' w, 'x'::text t;`);
    await assert.rejects(go(), {
      code: 'MIGRATION_INVALID',
      message: 'Migration 0002_role.sql: it speaks of :role, and no role was given.',
    });
    await go({ role });
    assert.deepEqual(await run(url, 'select w from words'), [[':roles a:role']]);
    assert.deepEqual(await run(url, `select has_table_privilege('${role}', 'first', 'select')`), [[true]]);
    await run(url, `drop owned by "${role.replaceAll('"', '""')}"; drop role "${role.replaceAll('"', '""')}"`);
  });

  it('give the role rights and take them, and do nothing else with it: that is done again at each start', async () => {
    write('0002_role.sql', '-- who may what\nGrant select on first to :role; create table mine (id int); alter table mine owner to :role;');
    await assert.rejects(go({ role: 'any' }), {
      code: 'MIGRATION_INVALID',
      message:
        'Migration 0002_role.sql: only grant and revoke may speak of :role, since they are repeated; not "alter table mine owner to :role".',
    });
    assert.deepEqual(await run(url, `select to_regclass('migrations')`), [[null]]);
  });

  it('cannot be applied to a database that is not there', async () => {
    await assert.rejects(migrate({ url: 'postgres://nobody@127.0.0.1:1/none', sources: [] }), { code: 'STORE_UNAVAILABLE' });
  });
});

describe('provisioning', () => {
  it('makes a database and a role that can work in it and nothing more, however often and by however many', async () => {
    const adminUrl = testServers().databaseUrl;
    const { database, role } = ownNames('shop');
    const password = `p'"@:/ ä`;
    const wanted = { adminUrl, database, role, password };
    try {
      const [{ url, ownerUrl }] = await Promise.all([provision(wanted), provision(wanted), provision(wanted)]);
      const directory = mkdtempSync(join(top, 'sql-'));
      writeFileSync(
        join(directory, '0001_ledger.sql'),
        'create table accounts (id int); create table ledger (id bigint generated always as identity, amount int);\nrevoke update, delete on ledger from :role;',
      );
      await migrate({ url: ownerUrl, role, sources: [{ name: 'shop', directory }] });
      await provision(wanted);
      await run(
        url,
        'insert into accounts values (1); update accounts set id = 2; delete from accounts; insert into ledger (amount) values (5)',
      );
      assert.deepEqual(await run(url, 'select amount from ledger'), [[5]]);
      const forbidden = [
        'update ledger set amount = 6',
        'delete from ledger',
        'truncate accounts',
        'create table mine (id int)',
        'delete from migrations',
        'drop table accounts',
      ];
      for (const sql of forbidden) await assert.rejects(run(url, sql), { code: '42501' }, sql);
    } finally {
      await run(adminUrl, `drop database if exists ${database} with (force)`);
      await run(adminUrl, `drop role if exists ${role}`);
    }
  });

  it('gives a role its rights again when it was dropped, and another the same in the same database; not in strangers’ tables', async () => {
    const adminUrl = testServers().databaseUrl;
    const { database } = ownNames('shop');
    const role = `${database}_Ro-le`;
    const directory = mkdtempSync(join(top, 'sql-'));
    writeFileSync(
      join(directory, '0001_ledger.sql'),
      `create table accounts (id int);
       create table ledger (id bigint generated always as identity, amount int); create sequence numbers;
       revoke update, delete on ledger from :role;`,
    );
    const stranger = `${database}_stranger`;
    const sources = [{ name: 'shop', directory }];
    try {
      // First as the owner itself, who may make no roles yet.
      await run(adminUrl, `create database ${database}`);
      const owner = decodeURIComponent(new URL(adminUrl).username);
      for (let start = 0; start < 2; start += 1) await migrate({ url: inDatabase(adminUrl, database), role: owner, sources });
      for (const name of [role, role, `${role}_other`]) {
        const { url, ownerUrl } = await provision({ adminUrl, database, role: name, password: 'secret' });
        await migrate({ url: ownerUrl, role: name, sources });
        await run(
          url,
          `insert into accounts values (1); update accounts set id = 2; insert into ledger (amount) values (nextval('numbers'))`,
        );
        const forbidden = ['update ledger set amount = 6', 'delete from ledger', 'delete from migrations', 'truncate accounts'];
        for (const sql of forbidden) await assert.rejects(run(url, sql), { code: '42501' }, sql);
        if ((await run(adminUrl, `select from pg_roles where rolname = '${stranger}'`)).length === 0) {
          await run(ownerUrl, `create role ${stranger}; create table theirs (id int); alter table theirs owner to ${stranger}`);
          await run(ownerUrl, `drop owned by "${role}"; drop role "${role}"`);
        } else await assert.rejects(run(url, 'select from theirs'), { code: '42501' });
      }
    } finally {
      await run(adminUrl, `drop database if exists ${database} with (force)`);
      for (const name of [role, `${role}_other`, stranger]) await run(adminUrl, `drop role if exists "${name}"`);
    }
  });

  it('keeps the services out of each other’s databases', async () => {
    const adminUrl = testServers().databaseUrl;
    const [one, two] = [ownNames('one'), ownNames('two')];
    const { url } = await provision({ adminUrl, ...one, password: 'one' });
    await provision({ adminUrl, ...two, password: 'two' });
    try {
      await assert.rejects(run(inDatabase(url, two.database), 'select 1'), { code: '42501' });
    } finally {
      for (const { database, role } of [one, two]) {
        await run(adminUrl, `drop database ${database}`);
        await run(adminUrl, `drop role ${role}`);
      }
    }
  });

  it('sends no password in a statement, and leaves one that works alone', async (t) => {
    const adminUrl = new URL(testServers().databaseUrl);
    let sent = '';
    const listener = createServer((client) => {
      const upstream = connect(Number(adminUrl.port), adminUrl.hostname);
      client.on('data', (data) => (sent += data.toString('latin1'))).pipe(upstream);
      upstream.pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    t.after(() => listener.close());
    const through = new URL(adminUrl);
    through.port = String((listener.address() as AddressInfo).port);
    const { database, role } = ownNames('shop');
    const kept = (): Promise<unknown> => run(adminUrl.href, `select rolpassword from pg_authid where rolname = '${role}'`);
    try {
      await provision({ adminUrl: through.href, database, role, password: 'secret-words' });
      const before = await kept();
      const { url } = await provision({ adminUrl: through.href, database, role, password: 'secret-words' });
      assert.deepEqual(await kept(), before);
      assert.deepEqual(await run(url, 'select current_user::text'), [[role]]);
      assert.match(sent, /create role/);
      assert.doesNotMatch(sent, /secret-words/);
    } finally {
      await run(adminUrl.href, `drop database ${database}`);
      await run(adminUrl.href, `drop role ${role}`);
    }
  });

  it('changes the password of a role that is there', async () => {
    const adminUrl = testServers().databaseUrl;
    const names = ownNames('shop');
    try {
      const first = await provision({ adminUrl, ...names, password: 'first' });
      const second = await provision({ adminUrl, ...names, password: 'second' });
      await assert.rejects(run(first.url, 'select 1'), { code: '28P01' });
      assert.deepEqual(await run(second.url, 'select current_user::text'), [[names.role]]);
    } finally {
      await run(adminUrl, `drop database ${names.database}`);
      await run(adminUrl, `drop role ${names.role}`);
    }
  });
});
