import { deepEqual, equal, match } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { due, newSaga, parked, type ParkedRow, sagas } from '@ensemble/engine';
import { tables as products } from '@ensemble/product/tables';
import { memoryTransport } from '@ensemble/transport-memory';
import { type Desk, keyboard, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import type { Readiness } from './health.ts';
import type { Problem } from './problems.ts';
import type { OrderView } from './views.ts';

const ready = async (desk: Desk) => {
  const { status, body } = await desk.get('/ready');
  return { code: status, ...(body as Readiness) };
};

describe('while the broker is away', () => {
  let desk: Desk;
  before(async () => {
    desk = await openDesk({ config: { outboxLimit: 3 } });
  });
  after(() => desk.close());

  test('orders are taken, up to a limit, and completed afterwards; /ready tells', async () => {
    deepEqual({ ...(await ready(desk)), services: [] }, { code: 200, status: 'ready', services: [] });
    desk.broker(false);
    const { code, status, services } = await ready(desk);
    deepEqual([code, status], [200, 'degraded']);
    deepEqual(services.find(({ service }) => service === 'payment')?.problems, ['the broker is away']);
    const taken = [await desk.place(), await desk.place(), await desk.place()];
    const refused = await desk.post('/api/orders', keyboard);
    const problem = refused.body as Problem;
    deepEqual([refused.status, problem.code, problem.retry, refused.headers.get('retry-after')], [503, 'OUTBOX_FULL', true, '1']);
    desk.broker(true);
    for (const orderId of taken) await desk.reaches(orderId, 'COMPLETED');
    equal((await ready(desk)).status, 'ready');
    await desk.reaches(await desk.place(), 'COMPLETED');
  });
});

test('the limit counts what a process before this one left in its outbox', async () => {
  const before = await openDesk();
  before.broker(false);
  const taken = [await before.place(), await before.place(), await before.place()];
  await before.close();
  const desk = await openDesk({ config: { outboxLimit: 3 }, stores: before.stores, log: before.log });
  try {
    desk.broker(false);
    await until(async () => ((await desk.post('/api/orders', keyboard)).body as Problem).code === 'OUTBOX_FULL');
    desk.broker(true);
    for (const orderId of taken) await desk.reaches(orderId, 'COMPLETED');
    await until(async () => (await desk.post('/api/orders', keyboard)).status === 202);
  } finally {
    await desk.close();
  }
});

describe('while a database is away', () => {
  let desk: Desk;
  before(async () => {
    desk = await openDesk();
  });
  after(() => desk.close());

  test("the gateway's: no orders are taken, and the process says that it cannot serve", async () => {
    desk.database('gateway', false);
    const { status, body, headers } = await desk.post('/api/orders', keyboard);
    deepEqual([status, (body as Problem).code, headers.get('retry-after')], [503, 'STORE_UNAVAILABLE', '1']);
    const { code, status: state } = await ready(desk);
    deepEqual([code, state], [503, 'degraded']);
    deepEqual([(await desk.get('/health')).status], [200]);
    desk.database('gateway', true);
    await desk.reaches(await desk.place(), 'COMPLETED');
  });

  test("another's: orders are taken, wait for it, and end", async () => {
    desk.database('payment', false);
    const orderId = await desk.place();
    await desk.reaches(orderId, 'RUNNING');
    const { code, status } = await ready(desk);
    deepEqual([code, status], [200, 'degraded']);
    desk.database('payment', true);
    await desk.reaches(orderId, 'COMPLETED');
  });
});

describe('messages that do not belong', () => {
  let desk: Desk;
  before(async () => {
    desk = await openDesk();
  });
  after(() => desk.close());

  const orderId = '01890000-0000-7000-8000-00000000000a';
  const event = (fields: object) =>
    JSON.stringify({
      specversion: '1.0',
      id: 'm-1',
      source: '/elsewhere',
      type: 'CreateOrder',
      subject: orderId,
      time: new Date().toISOString(),
      data: {},
      ...fields,
    });
  for (const [what, value, code] of [
    ['no JSON', 'hello', 'MESSAGE_MALFORMED'],
    ['no CloudEvent', '{"orderId":1}', 'MESSAGE_MALFORMED'],
    ['an unknown type', event({ id: 'm-2', type: 'MakeCoffee' }), 'MESSAGE_UNKNOWN'],
    [
      'fields that do not fit',
      event({ id: 'm-3', data: { orderId, customerId: 'demo', lines: [{ productId: 'keyboard', quantity: -1 }] } }),
      'MESSAGE_MISFIT',
    ],
  ] as const) {
    test(`${what}: a dead letter, and nothing else is disturbed`, async () => {
      const letters = async (): Promise<readonly ParkedRow[]> =>
        (await desk.stores.get('order')?.select(parked, {})) as readonly ParkedRow[];
      const before = (await letters()).length;
      const stranger = memoryTransport({ log: desk.log });
      await stranger.publish([{ topic: 'order-commands', key: orderId, value }]);
      await until(async () => (await letters()).length === before + 1);
      const letter = (await letters()).find((row) => row.message === value);
      deepEqual([letter?.dead, letter?.topic], [true, 'order-commands']);
      match(letter?.reason ?? '', new RegExp(`^${code}: `));
      await desk.reaches(await desk.place(), 'COMPLETED');
      equal((await letters()).length, before + 1);
    });
  }

  test('are counted', async () => {
    match((await desk.get('/metrics')).body, /ensemble_dead_letters_total\{service="order"\} 4/);
  });
});

test('an amount past the safe range cancels the order, and money stays where it is', async () => {
  const desk = await openDesk();
  try {
    const gold = { productId: 'gold', name: 'Gold', description: '', price: 9_000_000_000_000, currency: 'EUR', active: true, version: 1 };
    const unit = await desk.stores.get('product')?.begin();
    await unit?.commit([{ table: products.products, insert: [gold] }]);
    const orderId = await desk.place({ lines: [{ productId: 'gold', quantity: 10_000 }] });
    await desk.reaches(orderId, 'CANCELLED');
    match(((await desk.get(`/api/orders/${orderId}`)).body as OrderView).reason ?? '', /amount|total|much|large/);
  } finally {
    await desk.close();
  }
});

test('figures tell of accepted and ended orders', async () => {
  const desk = await openDesk();
  try {
    await desk.reaches(await desk.place(), 'COMPLETED');
    await desk.reaches(await desk.place({ ...keyboard, paymentMethod: 'declined-card' }), 'CANCELLED');
    const { body } = await desk.get('/metrics');
    for (const line of [
      'ensemble_orders_accepted_total 2',
      'ensemble_orders_ended_total{status="COMPLETED"} 1',
      'ensemble_orders_ended_total{status="CANCELLED"} 1',
    ])
      equal((body as string).includes(line), true, line);
  } finally {
    await desk.close();
  }
});

test('orders that need a person are counted by who waits for them, with their databases away too', async () => {
  const desk = await openDesk();
  try {
    const order = (n: number): string => `01920000-0000-7000-8000-00000000000${n}`;
    const dueAt = Date.UTC(2100, 0, 1);
    const row = { orderId: order(1), flow: 'choreography', version: null, attempts: 20, since: 0, dueAt, flagged: true };
    const { facts, asks, begun, cancelRequested, createdAt, ...saga } = newSaga(order(3), 'create-order', 'its version', 0);
    const progress = { facts, asks, begun, cancelRequested, createdAt };
    const running = { ...saga, progress, open: true, dueAt };
    const stuck = { ...running, flagged: true };
    const [owner, coordinator] = [await desk.stores.get('order')?.begin(), await desk.stores.get('order-saga')?.begin()];
    await owner?.commit([
      { table: due, insert: [row, { ...row, orderId: order(2), flagged: false }] },
      { table: sagas, insert: [stuck] },
    ]);
    await coordinator?.commit([
      { table: sagas, insert: [stuck, { ...stuck, orderId: order(4), state: 'FAILED' }, { ...running, orderId: order(5) }] },
    ]);
    for (const there of [true, false]) {
      for (const service of ['order', 'order-saga']) desk.database(service, there);
      const lines = ((await desk.get('/metrics')).body as string).split('\n').filter((line) => line.startsWith('ensemble_orders_failed'));
      deepEqual(
        lines.map((line) => line.slice(22)),
        ['{service="order"} 2', '{service="order-saga"} 2', '{service="order-orchestrator"} 0'],
      );
    }
    for (const service of ['order', 'order-saga']) desk.database(service, true);
  } finally {
    await desk.close();
  }
});
