import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { migrate } from './main.ts';
import { ownNames, run, testDatabase } from './test-database.ts';

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
