import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Log, silentLog } from '@ensemble/engine';
import { type Desk, keyboard, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { participants } from '../catalogue.ts';
import { neighbours } from './neighbours.ts';
import type { Problem } from './problems.ts';
import type { EntryView, OrderView, SnapshotView } from './views.ts';

const others = participants.map(({ name }) => name).filter((name) => name !== 'gateway');

const lines: string[] = [];
const hear = (fields: object, words: string): void => void lines.push(`${words} ${JSON.stringify(fields)}`);
const logs: Log = { info: hear, warn: hear, error: hear };
let back: Desk;
let front: Desk;
let alone: Desk;
const shared = () => ({ stores: back.stores, log: back.log });
before(async () => {
  back = await openDesk({ config: { services: others } });
  const routes = Object.fromEntries(others.map((name) => [name, back.url]));
  front = await openDesk({ config: { services: ['gateway'], slot: '2', routes }, ...shared() });
  alone = await openDesk({ config: { services: ['gateway'], slot: '3' }, ...shared(), logs });
});
after(async () => {
  for (const desk of [front, alone, back]) await desk.close();
});

test('a process with the gateway asks the one where the other services are', async () => {
  const orderId = await front.place();
  await front.reaches(orderId, 'COMPLETED');
  const { products } = (await front.get('/api/products')).body as { products: readonly { productId: string; available: number }[] };
  equal(typeof products.find(({ productId }) => productId === 'keyboard')?.available, 'number');
  equal(((await front.get('/api/products/unicorn')).body as Problem).code, 'PRODUCT_UNKNOWN');
  const { orders } = (await front.get('/api/orders?limit=1')).body as { orders: readonly { orderId: string }[] };
  equal(orders[0]?.orderId, orderId);
});

test('the timeline as it happens comes from there too', async () => {
  const orderId = await front.place();
  const text = (await front.get(`/api/orders/${orderId}/events`)).body as string;
  equal(text.match(/^event: entry$/gm)?.length, 5);
  equal(/"status":"COMPLETED"/.test(text), true);
});

describe('the final snapshot that a flow has archived', () => {
  type Shown = OrderView & { readonly archived: SnapshotView | null };
  const shown = async (orderId: string): Promise<Shown> => (await front.get(`/api/orders/${orderId}`)).body;
  const place = (): Promise<string> => front.place({ ...keyboard, flow: 'choreography' });
  const bought = { ...keyboard, total: 7_900, currency: 'EUR' };

  test('is told with the order', async () => {
    const orderId = await place();
    await front.reaches(orderId, 'COMPLETED');
    const paymentId = `pay-${orderId}`;
    await until(async () => (await shown(orderId)).archived?.paymentId === paymentId); // it may be heard after the end
    const { archivedAt = '', ...archived } = (await shown(orderId)).archived ?? {};
    deepEqual(archived, { status: 'COMPLETED', statusWord: 'COMPLETED', ...bought, paymentId, reason: null });
    ok(Date.parse(archivedAt) > 0);
  });

  test('is none until the order has ended, though it is archived on the way', async () => {
    back.database('payment', false);
    const orderId = await place();
    await front.reaches(orderId, 'RUNNING');
    await front.post(`/api/orders/${orderId}/cancel`, { reason: 'too slow' });
    await until(async () => {
      const { entries } = (await front.get(`/api/orders/${orderId}/timeline`)).body as { readonly entries: readonly EntryView[] };
      return entries.some(({ message }) => message === 'OrderCancelled');
    });
    equal((await shown(orderId)).archived, null);
    back.database('payment', true);
    await front.reaches(orderId, 'CANCELLED');
    const { archived } = await shown(orderId);
    deepEqual([archived?.status, archived?.lines, archived?.reason], ['CANCELLED', bought.lines, 'too slow']);
  });
});

test('a process that knows nobody to ask says so, and its log names the variable to set', async () => {
  const orderId = await alone.place();
  const { status, body } = await alone.get(`/api/orders/${orderId}`);
  const { code, details } = body as Problem;
  deepEqual([status, code, details], [503, 'SERVICE_ELSEWHERE', { service: 'order-history' }]);
  equal(JSON.stringify(body).includes('ROUTE_ORDER'), false);
  equal(lines.filter((line) => line.includes('ROUTE_ORDER_HISTORY')).length, 1);
  await front.reaches(orderId, 'COMPLETED');
});

test('one that has another secret is told nothing, nor where it asked', async () => {
  const stranger = await openDesk({
    config: { services: ['gateway'], slot: '4', routes: { product: back.url } },
    ...shared(),
    secret: 'other',
  });
  const { status, body } = await stranger.get('/api/products/keyboard');
  const { code, details } = body as Problem;
  deepEqual([status, code, details], [503, 'SERVICE_UNREACHED', { service: 'product' }]);
  equal(JSON.stringify(body).includes(new URL(back.url).port), false);
  await stranger.close();
});

const order = '01890000-0000-7000-8000-000000000000';
for (const path of [`order-history/orders/${order}`, 'order-history/orders?limit=abc', 'inventory/stock', 'product/products'])
  test(`to a stranger there is nothing at /services/${path}`, async () => {
    const shown: readonly Record<string, string>[] = [{}, { 'x-ensemble-key': 'a secret' }];
    for (const headers of shown) {
      const { status, body } = await back.get(`/services/${path}`, headers);
      deepEqual([status, (body as Problem).code], [404, 'ROUTE_UNKNOWN']);
    }
  });

for (const path of [
  'order-history/orders?limit=abc',
  'order-history/orders?limit=100000000',
  'order-history/orders/x',
  'inventory/stock?productId=%00',
])
  test(`what a neighbour asks is looked at all the same: /services/${path}`, async () => {
    const { status, body } = await back.get(`/services/${path}`, neighbours('a secret', silentLog).shown);
    deepEqual([status, (body as Problem).code], [422, 'REQUEST_INVALID']);
  });

test('a process without the gateway takes no orders', async () => {
  const { status, body } = await back.post('/api/orders', { lines: [{ productId: 'keyboard', quantity: 1 }] });
  deepEqual([status, (body as Problem).code], [503, 'SERVICE_ELSEWHERE']);
});
