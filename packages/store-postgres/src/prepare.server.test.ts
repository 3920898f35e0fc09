import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, describe, it } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { migrate, type Place, prepare, workUrl } from './main.ts';
import { inDatabase, ownNames, run } from './test-database.ts';

const adminUrl = testServers().databaseUrl;
const notAllowed = { code: '42501' };

/** One database, dropped after the test, with the role; its migrations in a folder of its own. */
function wanted(t: TestContext, names = ownNames('shop'), password = 'secret') {
  const directory = mkdtempSync(join(tmpdir(), 'prepare-'));
  const { database, role } = names;
  t.after(async () => {
    rmSync(directory, { recursive: true });
    await run(adminUrl, `drop database if exists ${database} with (force)`);
    await run(adminUrl, `drop role if exists "${role}"`);
  });
  const place: Place = { ...names, password, sources: [{ name: 'shop', directory }] };
  const write = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);
  write(
    '0001_ledger.sql',
    `create table accounts (id int);
     create table ledger (id bigint generated always as identity, amount int); create sequence numbers;
     revoke update, delete on ledger from :role;`,
  );
  return { place, write, owner: inDatabase(adminUrl, database) };
}

async function one(place: Place, url = adminUrl): Promise<string> {
  await prepare(url, [place]);
  return workUrl(url, place);
}

const works = `insert into accounts values (1); update accounts set id = 2; delete from accounts;
  insert into ledger (amount) values (nextval('numbers'))`;

async function mayDoNoMore(url: string): Promise<void> {
  const forbidden = [
    'update ledger set amount = 6',
    'delete from ledger',
    'truncate accounts',
    'create table mine (id int)',
    'delete from migrations',
    `update prepared set rights = ''`,
    'drop table accounts',
  ];
  for (const sql of forbidden) await assert.rejects(run(url, sql), notAllowed, sql);
}

/** Counts, of a server, who came; and keeps what was sent to it. */
async function listening(t: TestContext): Promise<{ url: string; sent(): string; came(): readonly string[] }> {
  const { port, hostname } = new URL(adminUrl);
  let sent = '';
  const listener = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.on('data', (data) => (sent += data.toString('latin1'))).pipe(upstream);
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const url = new URL(adminUrl);
  url.port = String((listener.address() as AddressInfo).port);
  return { url: url.href, sent: () => sent, came: () => [...sent.matchAll(/\0user\0([^\0]+)\0/g)].map(([, user = '']) => user) };
}

describe('preparing', () => {
  it('makes a database and a role that can work in it and nothing more, however often and by however many', async (t) => {
    const { place } = wanted(t, ownNames('shop'), `p'"@:/ ä`);
    const [url] = await Promise.all([one(place), one(place), one(place)]);
    await one(place);
    await run(url, works);
    assert.deepEqual(await run(url, 'select amount from ledger'), [[1]]);
    await mayDoNoMore(url);
  });

  it('makes several on one session', async (t) => {
    const places = [wanted(t).place, wanted(t).place];
    const { url, came } = await listening(t);
    await prepare(url, places);
    const admin = new URL(adminUrl).username;
    assert.deepEqual(came(), [admin, admin, admin]); // one for both, then one in each
    for (const place of places)
      assert.deepEqual(await run(workUrl(adminUrl, place), 'select current_database()::text, current_user::text'), [
        [place.database, place.role],
      ]);
  });

  it('leaves all to the role where nothing is to be done: one look', async (t) => {
    const { place } = wanted(t);
    await one(place);
    const { url, came, sent } = await listening(t);
    await one(place, url);
    assert.deepEqual(came(), [new URL(adminUrl).username, place.role]);
    assert.doesNotMatch(sent(), /grant|revoke|create/i);
    assert.doesNotMatch(sent(), /\bmd5\(/); // a server in FIPS mode refuses it
  });

  it('applies what is new, and refuses what was edited', async (t) => {
    const { place, write } = wanted(t);
    const url = await one(place);
    write('0002_more.sql', 'create table more (id int); revoke delete on accounts from :role;');
    await one(place);
    await run(url, 'insert into more values (1)');
    await assert.rejects(run(url, 'delete from accounts'), notAllowed);
    write('0001_ledger.sql', 'create table ledger (id int)');
    await assert.rejects(one(place), { code: 'MIGRATION_CHANGED' });
  });

  it('gives rights again that somebody took, and takes those again that somebody gave', async (t) => {
    const { place, owner } = wanted(t);
    const url = await one(place);
    const changes = [
      `revoke all on accounts from "${place.role}"`,
      `grant all on ledger to "${place.role}"`,
      `grant update (amount) on ledger to "${place.role}"`,
      'grant create on schema public to public',
      `grant connect on database ${place.database} to public`,
      `revoke usage on schema public from "${place.role}"`,
      `revoke connect on database ${place.database} from "${place.role}"`,
      `alter default privileges in schema public revoke insert on tables from "${place.role}"`,
    ];
    for (const change of changes) {
      await run(owner, change);
      await one(place);
      await run(url, works);
      await mayDoNoMore(url);
      assert.deepEqual(await run(owner, `select has_database_privilege('pg_monitor', current_database(), 'connect')`), [[false]], change);
    }
    await run(owner, 'create table later (id int)');
    await run(url, 'insert into later values (1)');
  });

  it('gives a role its rights again when it was dropped, and another the same in the same database; not in strangers’ tables', async (t) => {
    const { database } = ownNames('shop');
    const role = `${database}_Ro-le`;
    const { place, owner } = wanted(t, { database, role });
    const other = wanted(t, { database, role: `${role}_other` }).place;
    const stranger = `${database}_stranger`;
    t.after(() => run(adminUrl, `drop role if exists ${stranger}`));
    // First as the owner itself, who may make no roles yet.
    await run(adminUrl, `create database ${database}`);
    const admin = decodeURIComponent(new URL(adminUrl).username);
    for (let start = 0; start < 2; start += 1) await migrate({ url: owner, role: admin, sources: place.sources });
    for (const each of [place, place, { ...other, sources: place.sources }]) {
      const url = await one(each);
      await run(url, works);
      await mayDoNoMore(url);
      if ((await run(adminUrl, `select from pg_roles where rolname = '${stranger}'`)).length === 0) {
        await run(owner, `create role ${stranger}; create table theirs (id int); alter table theirs owner to ${stranger}`);
        await run(owner, `drop owned by "${role}"; drop role "${role}"`);
      } else await assert.rejects(run(url, 'select from theirs'), notAllowed);
    }
  });

  it('lets no other role of the same database write down rights, and each look for its own', async (t) => {
    const { place, owner } = wanted(t);
    const other = { ...wanted(t, { ...place, role: `${place.role}_other` }).place, sources: place.sources };
    const urls = [await one(place), await one(other)];
    await run(owner, 'drop table prepared'); // as in a database of an earlier release: both roles are there before the table
    await one(place);
    for (const url of urls) await mayDoNoMore(url);
    await run(owner, `revoke all on prepared from "${place.role}"; grant insert on prepared to "${place.role}"`);
    for (const each of [place, other, place]) await one(each);
    const { url, came } = await listening(t);
    for (const each of [place, other]) await one(each, url);
    const admin = new URL(adminUrl).username;
    assert.deepEqual(came(), [admin, place.role, admin, other.role]);
  });

  it('keeps the services out of each other’s databases', async (t) => {
    const [first, second] = [wanted(t).place, wanted(t).place];
    await prepare(adminUrl, [first, second]);
    await assert.rejects(run(inDatabase(workUrl(adminUrl, first), second.database), 'select 1'), notAllowed);
  });

  it('sends no password in a statement, and leaves one that works alone', async (t) => {
    const { place, write } = wanted(t, ownNames('shop'), 'secret-words');
    const { url, sent } = await listening(t);
    const kept = (): Promise<unknown> => run(adminUrl, `select rolpassword from pg_authid where rolname = '${place.role}'`);
    await one(place, url);
    const before = await kept();
    write('0002_more.sql', 'create table more (id int)');
    await one(place, url);
    assert.deepEqual(await kept(), before);
    assert.match(sent(), /create role/);
    assert.doesNotMatch(sent(), /secret-words/);
  });

  it('changes the password of a role that is there', async (t) => {
    const { place } = wanted(t);
    const first = await one({ ...place, password: 'first' });
    const second = await one({ ...place, password: 'second' });
    await assert.rejects(run(first, 'select 1'), { code: '28P01' });
    assert.deepEqual(await run(second, 'select current_user::text'), [[place.role]]);
  });

  it('says that there is no server, or that one database failed, when the others are done', async (t) => {
    const [good, bad] = [wanted(t), wanted(t)];
    bad.write('0002_wrong.sql', 'create table wrong (id number)');
    good.write('0002_slow.sql', 'create table slow as select 1 as one from pg_sleep(0.5)');
    await assert.rejects(prepare(adminUrl, [bad.place, good.place]), { code: 'MIGRATION_INVALID' });
    await run(inDatabase(adminUrl, good.place.database), 'select from slow');
    await assert.rejects(one(good.place, 'postgres://nobody@127.0.0.1:1/none'), { code: 'STORE_UNAVAILABLE' });
  });
});
