/** The same paths with orders in MySQL, as the fourth document keeps them: all that the order service owns, coordinates and clocks. */
import { sagas, silentLog, type Store } from '@ensemble/engine';
import { tables as orderTables } from '@ensemble/order/tables';
import { memoryStore } from '@ensemble/store-memory';
import { testServers } from '@ensemble/testkit/servers';
import { memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import mysql from 'mysql2/promise';
import { participants } from '../src/catalogue.ts';
import { complete } from '../src/config.ts';
import { openStores } from '../src/databases.ts';
import { seedDemo } from '../src/demo.ts';
import { dropInstallation, newInstallation, start, type Started } from './ensemble.ts';
import { type PathsHarness, pathsSuite } from './paths-suite.ts';

const { mysqlUrl } = testServers();

/** A store, and what closes it and drops its database. */
interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

/** As root. */
async function run(text: string): Promise<unknown> {
  const connection = await mysql.createConnection({ uri: mysqlUrl, multipleStatements: true, rowsAsArray: true });
  try {
    return (await connection.query(text))[0];
  } finally {
    await connection.end();
  }
}

const urlOf = (database: string): string => Object.assign(new URL(mysqlUrl), { pathname: `/${database}` }).href;

/** A service's store as DATABASE_URL_<SERVICE> would have it, in a database that is made for it. */
async function inMysql(service: string): Promise<Opened> {
  const installation = `paths_${randomBytes(6).toString('hex')}`;
  const database = `${installation}_rows`;
  await run(`create database ${database}`);
  const config = complete({ installation, databaseUrls: { [service]: urlOf(database) } });
  const setting = { config, log: silentLog, closing: () => undefined, env: { ENSEMBLE_SECRET: installation } };
  const chosen = participants.filter(({ name }) => name === service);
  const store = (await openStores(chosen, null, setting)).get(service);
  if (!store) throw new Error(`${service} has no store`);
  const close = async (): Promise<void> => {
    await store.close();
    await dropped(database);
  };
  return { store, close };
}

const dropped = (database: string): Promise<unknown> =>
  run(`drop database ${database}; drop user if exists '${database.replace(/rows$/, 'order')}'@'%'`);

const inMemory: PathsHarness = {
  async open() {
    const stores = new Map<string, Store>(participants.map(({ name }) => [name, memoryStore()]));
    const { store: orders, close } = await inMysql('order');
    stores.set('order', orders);
    for (const participant of participants) {
      const store = stores.get(participant.name);
      if (store) await seedDemo(participant, store);
    }
    return { transport: memoryTransport(), stores, log: silentLog, close };
  },
};

pathsSuite('memory, with orders in MySQL', inMemory, ['place-order']);

test('the program keeps orders where DATABASE_URL_ORDER says, and finds them there again', async (t) => {
  const { databaseUrl } = testServers();
  const installation = newInstallation();
  const database = `${installation}_rows`;
  await run(`create database ${database}`);
  let running: Started | undefined;
  t.after(async () => {
    await running?.stop();
    await dropped(database);
    await dropInstallation(databaseUrl, installation);
  });
  const env = { ENSEMBLE_SECRET: installation };
  const config = { databaseUrl, installation, databaseUrls: { order: urlOf(database) } };
  running = await start(config, env);
  const orderId = await running.place({ lines: [{ productId: 'keyboard', quantity: 1 }], flow: 'place-order' });
  await running.reaches(orderId, 'COMPLETED');
  match(running.lines.join('\n'), /PostgreSQL at .*; MySQL at /);
  await running.stop();
  running = await start(config, env);
  equal(await running.status(orderId), 'COMPLETED');
  deepEqual(await run(`select order_id, state, flow from ${database}.orders`), [[orderId, 'done', 'place-order']]);
});

test('the order service may not delete its orders there, nor a saga', async () => {
  const { store, close } = await inMysql('order');
  try {
    for (const table of [orderTables.record, sagas]) {
      const unit = await store.begin();
      const change = { table, remove: [['01990000-0000-7000-8000-000000000000']] };
      await rejects(unit.commit([change]), { code: 'STORE_MISMATCH', details: { table: table.name, errno: 1142 } });
    }
  } finally {
    await close();
  }
});

test('a service that has no tables for MySQL is refused', async () => {
  await rejects(inMysql('inventory'), { code: 'CONFIG_INVALID', message: /inventory keeps its rows in PostgreSQL only/ });
});
