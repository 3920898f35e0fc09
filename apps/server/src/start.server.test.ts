import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startPostgres, type LocalPostgres } from '@ensemble/local-postgres';
import { testServers } from '@ensemble/testkit/servers';
import pg from 'pg';
import { dropInstallation, newInstallation, start, type Started } from '../test/ensemble.ts';
import { until } from '../test/until.ts';
import { audit } from './audit.ts';
import { passwordOf } from './databases.ts';

/** Nothing is left to do, and every sum is right. */
async function sound({ system }: Started): Promise<void> {
  let findings: readonly string[] = [];
  await until(
    async () => (findings = await audit(system.stores)).length === 0,
    () => findings.join('\n'),
  );
}

describe('on a database server of one’s own', () => {
  const { databaseUrl } = testServers();
  const installation = newInstallation();
  after(() => dropInstallation(databaseUrl, installation));

  describe('started again', () => {
    let [orderId, seconds] = ['', 0];
    let running: Started;
    before(async () => {
      const first = await start({ databaseUrl, installation });
      orderId = await first.place();
      await first.reaches(orderId, 'COMPLETED');
      await first.stop();
      const began = performance.now();
      running = await start({ databaseUrl, installation });
      seconds = (performance.now() - began) / 1_000;
    });
    after(() => running?.stop());

    test('has little to do, and its orders are still there', async () => {
      ok(seconds < 5, `it took ${seconds} s`);
      equal(await running.status(orderId), 'COMPLETED');
      await sound(running);
      equal(
        running.lines.some((line) => line.includes(new URL(databaseUrl).password)),
        false,
      );
    });

    test("a service's role reads its own database and no other", async () => {
      const role = `${installation}_inventory`;
      const password = passwordOf({ secret: new URL(databaseUrl).password }, role);
      const asInventory = async (database: string, sql: string): Promise<unknown> => {
        const url = new URL(databaseUrl);
        Object.assign(url, { username: role, password, pathname: `/${installation}_${database}` });
        const client = new pg.Client({ connectionString: url.href });
        await client.connect();
        try {
          return await client.query(sql);
        } finally {
          await client.end();
        }
      };
      await asInventory('inventory', 'select * from stock');
      await rejects(asInventory('inventory', 'drop table stock'), /must be owner/);
      await rejects(asInventory('payment', 'select 1'), /permission denied/);
    });

    test('a port that somebody listens on is named', async () => {
      const port = Number(new URL(running.url).port);
      await rejects(start({ databaseUrl, installation, port }), { code: 'PORT_IN_USE' });
    });

    test('last of all: from the moment it is told to stop it is not ready', async () => {
      const inventory = new pg.Client({
        connectionString: Object.assign(new URL(databaseUrl), { pathname: `/${installation}_inventory` }).href,
      });
      await inventory.connect();
      try {
        equal((await fetch(`${running.url}/ready`)).status, 200);
        // What was begun is finished first: so it stops no sooner than the order gets at its stock.
        await inventory.query('begin; lock table stock');
        await running.place();
        await until(
          async () => (await inventory.query("select 1 from pg_locks where relation = 'stock'::regclass and not granted")).rowCount === 1,
        );
        const stopped = running.stop();
        const answer = await fetch(`${running.url}/ready`);
        deepEqual([answer.status, await answer.json()], [503, { status: 'stopping', services: [] }]);
        await inventory.query('commit');
        await stopped;
      } finally {
        await inventory.end();
      }
    });
  });

  describe('a service whose database is elsewhere', () => {
    const elsewhere = newInstallation();
    const owner = `${elsewhere}_owner`;
    const client = new pg.Client({ connectionString: databaseUrl });
    before(() => client.connect());
    after(async () => {
      await client.end();
      await dropInstallation(databaseUrl, elsewhere);
    });
    /** An empty database for payment, whose owner may do this and no more; its URL. */
    const databaseOf = async (rights: string): Promise<string> => {
      await client.query(`drop database if exists ${owner}`);
      await client.query(`drop role if exists ${elsewhere}_payment`);
      await client.query(`drop role if exists ${owner}`);
      await client.query(`create role ${owner} login password 'p' ${rights}`);
      await client.query(`create database ${owner} owner ${owner}`);
      return Object.assign(new URL(databaseUrl), { username: owner, password: 'p', pathname: `/${owner}` }).href;
    };
    const ends = async (url: string): Promise<pg.QueryResult> => {
      const running = await start({ databaseUrl, installation: elsewhere, databaseUrls: { payment: url } });
      await running.reaches(await running.place(), 'COMPLETED');
      await running.stop();
      const inside = new pg.Client({ connectionString: Object.assign(new URL(databaseUrl), { pathname: `/${owner}` }).href });
      await inside.connect();
      const granted = `select r.rolname as role, has_table_privilege(r.oid, 'ledger', 'insert') as books,
        has_table_privilege(r.oid, 'ledger', 'delete') as erases from pg_roles r where r.rolname in ($1, $2)`;
      try {
        return await inside.query(granted, [`${elsewhere}_payment`, owner]);
      } finally {
        await inside.end();
      }
    };

    test('works there as a role of its own', async () => {
      const { rows } = await ends(await databaseOf('createrole'));
      deepEqual(
        rows.find(({ role }) => role !== owner),
        { role: `${elsewhere}_payment`, books: true, erases: false },
      );
    });

    test("works as the URL's user where that may make no role", async () => {
      const url = await databaseOf('nocreaterole');
      deepEqual((await ends(url)).rows, [{ role: owner, books: true, erases: false }]);
      deepEqual((await ends(url)).rows.length, 1);
    });
  });

  test('two processes share the work, each with some of the services', async () => {
    const back = await start({ databaseUrl, installation, services: ['order', 'inventory', 'order-history'], slot: 'back' });
    const routes = { 'order-history': back.url };
    const front = await start({
      databaseUrl,
      installation,
      services: ['gateway', 'order-saga', 'product', 'payment'],
      slot: 'front',
      routes,
    });
    try {
      const orders = await Promise.all([front.place(), front.place({ lines: [{ productId: 'lamp', quantity: 1 }] })]);
      await front.reaches(orders[0], 'COMPLETED');
      await front.reaches(orders[1], 'CANCELLED');
    } finally {
      await Promise.all([front.stop(), back.stop()]);
    }
  });

  test('an address that is none of this machine is told in words', async () => {
    const message = 'HTTP cannot listen on 192.0.2.1:0: no network interface here has the address 192.0.2.1.';
    await rejects(start({ databaseUrl, installation, host: '192.0.2.1' }), { code: 'CONFIG_INVALID', message });
  });
});

describe('embedded in a data directory', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ensemble-data-'));
  after(() => rmSync(dataDir, { recursive: true, force: true }));

  test('a second process is told who has it and does no harm; the next start goes on; its server, killed, is started again', async (t) => {
    const first = await start({ dataDir });
    t.after(() => first.stop());
    await rejects(start({ dataDir }), (error: Error & { code?: string }) => {
      equal(error.code, 'DATA_IN_USE');
      match(error.message, new RegExp(`in use by process ${process.pid}`));
      return true;
    });
    await first.reaches(await first.place(), 'COMPLETED');
    equal(statSync(join(dataDir, 'secret')).mode & 0o777, 0o600);

    const orderId = await first.place();
    await first.stop();
    const second = await start({ dataDir });
    t.after(() => second.stop());
    await second.reaches(orderId, 'COMPLETED');

    const pid = Number(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const interrupted = await second.place();
    process.kill(pid, 'SIGKILL');
    await until(async () => (await fetch(`${second.url}/ready`)).status === 503);
    await second.reaches(interrupted, 'COMPLETED');
    await second.reaches(await second.place(), 'COMPLETED');
  });
});

describe('a database server that is killed under load', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-db-'));
  let server: LocalPostgres;
  let running: Started;
  before(async () => {
    server = await startPostgres({ dir });
    running = await start({ databaseUrl: server.url });
  });
  after(async () => {
    await running?.stop();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const ready = async () => {
    const answer = await fetch(`${running.url}/ready`);
    return { code: answer.status, status: ((await answer.json()) as { status: string }).status };
  };

  test('the process stays up and says so, and goes on by itself with nothing lost', async () => {
    const accepted: string[] = [];
    const refusals = new Set<string>();
    let loading = true;
    const load = async (): Promise<void> => {
      while (loading) {
        const placed = await running.place().catch((error: unknown) => String(error));
        if (placed.startsWith('Error: ')) refusals.add(placed);
        else accepted.push(placed);
      }
    };
    const loads = [load(), load(), load(), load()];
    await until(() => accepted.length > 50);
    server.kill();
    await until(async () => (await ready()).code === 503);
    deepEqual(await ready(), { code: 503, status: 'degraded' });
    await until(() => refusals.size > 0);
    const before = accepted.length;
    server = await startPostgres({ dir });
    await until(() => accepted.length > before + 50);
    loading = false;
    await Promise.all(loads);
    for (const orderId of accepted) await running.reaches(orderId, 'COMPLETED');
    await until(async () => (await ready()).status === 'ready');
    deepEqual([...refusals], ['Error: 503 STORE_UNAVAILABLE']);
    await sound(running);
  });
});
