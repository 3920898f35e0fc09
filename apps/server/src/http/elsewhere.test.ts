import { deepEqual, equal } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk } from '../../test/desk.ts';
import { participants } from '../catalogue.ts';
import type { Problem } from './problems.ts';

const others = participants.map(({ name }) => name).filter((name) => name !== 'gateway');

let back: Desk;
let front: Desk;
let alone: Desk;
before(async () => {
  back = await openDesk({ config: { services: others } });
  const { stores, log } = back;
  const routes = Object.fromEntries(others.map((name) => [name, back.url]));
  front = await openDesk({ config: { services: ['gateway'], slot: '2', routes }, stores, log });
  alone = await openDesk({ config: { services: ['gateway'], slot: '3' }, stores, log });
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

test('a process that knows nobody to ask names the variable to set', async () => {
  const orderId = await alone.place();
  const { status, body } = await alone.get(`/api/orders/${orderId}`);
  const { code, details } = body as Problem;
  deepEqual([status, code, details], [503, 'SERVICE_ELSEWHERE', { service: 'order-history', variable: 'ROUTE_ORDER_HISTORY' }]);
  await front.reaches(orderId, 'COMPLETED');
});

test('a process without the gateway takes no orders', async () => {
  const { status, body } = await back.post('/api/orders', { lines: [{ productId: 'keyboard', quantity: 1 }] });
  deepEqual([status, (body as Problem).code], [503, 'SERVICE_ELSEWHERE']);
});
