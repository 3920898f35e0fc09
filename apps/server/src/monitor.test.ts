/** What the monitor knows of an order that nobody coordinates, beside what a coordinator knows of its own, on a clock that stands still. */
import { deepEqual } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choreography } from '@ensemble/choreography';
import { createOrder } from '@ensemble/create-order';
import { sagaRoutes, silentLog, stateAt, type StandingRoutes, type Store } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { routes as monitor } from '@ensemble/monitor/routes';
import { memoryStore } from '@ensemble/store-memory';
import { virtualClock } from '@ensemble/testkit/virtual-clock';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { flows, participants } from './catalogue.ts';
import { seedDemo } from './demo.ts';
import { startSystem, type System } from './system.ts';

const clock = virtualClock(Date.UTC(2026, 0, 1));
const now = () => clock.now();
const log = memoryLog();
const stores = new Map<string, Store>(participants.map(({ name }) => [name, memoryStore({ now })]));
const storeOf = (service: string): Store => stores.get(service) as Store;
const running: System[] = [];

/** These services, as a process of their own. */
async function starts(isHere: (service: string) => boolean): Promise<void> {
  const here = participants.filter(({ name }) => isHere(name));
  const transport = memoryTransport({ log, clock: now });
  const started = startSystem({ participants: here, flows, transport, stores, partitions: 1, clock, log: silentLog, slot: '1' });
  running.push(await started);
}

before(async () => {
  for (const participant of participants) await seedDemo(participant, storeOf(participant.name));
  await starts((name) => name !== 'payment');
});
after(async () => {
  const stops = Promise.all(running.map((system) => system.stop()));
  await clock.pass(10_000);
  await stops;
});

const orders = {
  coordinated: '01920000-0000-7000-8000-000000000001',
  choreographed: '01920000-0000-7000-8000-000000000002',
} as const;

const gateway = () => running[0]?.services.get('gateway');
async function places(flow: Flow, orderId: string): Promise<void> {
  const facts = { lines: [{ productId: 'keyboard', quantity: 1 }], paymentMethod: 'wallet', total: 7_900, currency: 'EUR' };
  await gateway()?.perform(placing({ orderId, flow, customerId: 'demo', facts, idempotency: null }).job);
}

/** State, and what is waited for since how many milliseconds, and whether that is overdue. */
async function standing(routes: StandingRoutes, orderId: string) {
  const found = await routes.order.answer(storeOf(routes.order.service), { orderId });
  const waits = found?.waits.map(({ operation, since, due }) => `${operation} ${now() - since}${due <= now() ? ' overdue' : ''}`);
  return [found && stateAt(found, now()), ...(waits ?? [])];
}
/** An order that is coordinated, and one that is watched. */
const both = async () => [await standing(sagaRoutes('order-saga'), orders.coordinated), await standing(monitor, orders.choreographed)];

test('payment is silent: both wait for it, since it was asked, and are overdue after their time', async () => {
  await places(createOrder, orders.coordinated);
  await places(choreography, orders.choreographed);
  await clock.pass(4_000);
  deepEqual(await both(), [
    ['RUNNING', 'payment.charge 4000'],
    ['RUNNING', 'payment.charge 4000'],
  ]);
  await clock.pass(5_000);
  deepEqual(await both(), [
    ['RUNNING', 'payment.charge 9000 overdue'],
    ['RUNNING', 'payment.charge 9000'],
  ]);
  await clock.pass(1_000);
  deepEqual((await both())[1], ['RUNNING', 'payment.charge 10000 overdue']);
});

test('taken back, both wait for the refund alone', async () => {
  await clock.pass(70_250); // the coordinator gives the charge up
  await gateway()?.perform(cancelling(choreography, orders.choreographed, 'too slow'));
  await clock.pass(4_000);
  deepEqual(await both(), [
    ['COMPENSATING', 'payment.refund 4000'],
    ['COMPENSATING', 'payment.refund 4000'],
  ]);
});

test('what is not taken back in fifteen minutes is FAILED', async () => {
  await clock.leap(895_000);
  deepEqual(await both(), [
    ['COMPENSATING', 'payment.refund 899000 overdue'],
    ['COMPENSATING', 'payment.refund 899000 overdue'],
  ]);
  await clock.pass(60_000);
  deepEqual(await both(), [
    ['FAILED', 'payment.refund 959000 overdue'],
    ['FAILED', 'payment.refund 959000 overdue'],
  ]);
});

test('and goes on by itself when payment is back', async () => {
  await starts((name) => name === 'payment');
  await clock.pass(10_000);
  deepEqual(await both(), [['COMPENSATED'], ['COMPENSATED']]);
});
