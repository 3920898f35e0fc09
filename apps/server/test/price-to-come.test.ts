/** An order that says what it costs comes to inventory before its product's price does, or before the change of it: it waits for that. */
import { newsTopics, parked, type ParkedRow, silentLog, type Store, type Transport } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { placing } from '@ensemble/gateway';
import { reserve } from '@ensemble/inventory/operations';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { product } from '@ensemble/product';
import { memoryStore } from '@ensemble/store-memory';
import { virtualClock } from '@ensemble/testkit/virtual-clock';
import { memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { audit } from '../src/audit.ts';
import { flows, participants } from '../src/catalogue.ts';
import { seedDemo } from '../src/demo.ts';
import { startSystem } from '../src/system.ts';

const orderId = '01920000-0000-7000-8000-000000000001';
const waits = 'the price of keyboard has not been told here yet';

const differs = 'the total does not match: the order says 15800, the prices say 15600';

/** The whole system, on a clock that stands still, and what the product service tells held back: inventory has the price of before, or none. */
async function untold(t: TestContext, before: number | null = null) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const now = (): number => clock.now();
  const wire = memoryTransport({ clock: now });
  const held: Parameters<Transport['publish']>[0][number][] = [];
  let isTold = false;
  const isHeld = ({ topic }: { readonly topic: string }): boolean => newsTopics(product).includes(topic) && !isTold;
  const transport: Transport = {
    ...wire,
    publish(messages) {
      held.push(...messages.filter(isHeld));
      return wire.publish(messages.filter((message) => !isHeld(message)));
    },
  };
  const stores = new Map<string, Store>(participants.map(({ name }) => [name, memoryStore({ now })]));
  const storeOf = (service: string): Store => stores.get(service) as Store;
  for (const participant of participants) await seedDemo(participant, storeOf(participant.name));
  const unit = await storeOf('inventory').begin();
  const { prices } = inventoryTables;
  const older = { productId: 'keyboard', price: before, currency: 'EUR', version: 0 };
  await unit.commit([before === null ? { table: prices, remove: [['keyboard']] } : { table: prices, update: [older] }]);
  const system = await startSystem({ participants, flows, transport, stores, partitions: 1, clock, log: silentLog, slot: '1' });
  t.after(async () => {
    const stopped = system.stop();
    await clock.pass(10_000);
    await stopped;
    await transport.close();
  });
  return {
    stores,
    pass: (seconds: number) => clock.pass(seconds * 1_000),
    /** In a few leaps: services look less often than they would. */
    async leap(minutes: number): Promise<void> {
      for (let leaps = 0; leaps < minutes * 6; leaps += 1) await clock.leap(10_000);
      await clock.pass(5_000);
    },
    async place(flow: Flow): Promise<void> {
      const facts = { lines: [{ productId: 'keyboard', quantity: 2 }], total: 15_800, currency: 'EUR', paymentMethod: 'wallet' };
      await system.services.get('gateway')?.perform(placing({ orderId, flow, customerId: 'demo', facts, idempotency: null }).job);
      await clock.pass(0);
    },
    /** What was held back is told now. */
    async told(): Promise<void> {
      isTold = true;
      await transport.publish(held.splice(0));
    },
    status: async () => (await storeOf('order-history').select(historyTables.orders, {})).map(({ status }) => status)[0],
    reason: async () => (await storeOf('order-history').select(historyTables.orders, {})).map(({ reason }) => reason)[0],
    stock: async () => {
      const where = [['productId', '=', 'keyboard']] as const;
      const [row] = await storeOf('inventory').select(inventoryTables.stock, { where });
      return [row?.['available'], row?.['held'], row?.['sold']];
    },
    asides: async () =>
      ((await storeOf('inventory').select(parked, {})) as readonly ParkedRow[]).map(({ reason, attempts, dead }) => [
        reason,
        attempts,
        dead,
      ]),
  };
}

/** Where inventory is told what the order costs, and compares. */
const priced = flows.filter(({ rows }) =>
  rows.some(
    ({ does, on }) => does.name === reserve.name && on.kind === 'message' && on.message.fields.some(({ path }) => path[0] === 'total'),
  ),
);

test('these flows have inventory compare what an order costs', () => {
  deepEqual(
    priced.map(({ name }) => name),
    ['choreography', 'place-order'],
  );
});

for (const flow of priced)
  describe(`an order of ${flow.name}, before the price of its product`, () => {
    test('waits, and goes through when the price comes', async (t) => {
      const shop = await untold(t);
      await shop.place(flow);
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], ['RUNNING', [[waits, 1, false]], [100_000, 0, 0]]);
      await shop.pass(20);
      deepEqual([await shop.status(), await shop.asides()], ['RUNNING', [[waits, 6, false]]]); // after 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s
      await shop.told();
      await shop.pass(12); // the seventh is after 31.5 s
      await shop.pass(5);
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], ['COMPLETED', [], [99_998, 0, 2]]);
      deepEqual(await audit(shop.stores), []);
    });

    test('that never comes, is taken back by its owner; what waited is a dead letter, and a price that comes then changes nothing', async (t) => {
      const shop = await untold(t);
      await shop.place(flow);
      await shop.pass(63);
      deepEqual(await shop.asides(), [[waits, 7, false]]);
      await shop.pass(1);
      deepEqual([await shop.status(), await shop.asides()], ['RUNNING', [[waits, 8, true]]]);
      await shop.leap(15);
      const end = ['CANCELLED', [[waits, 8, true]], [100_000, 0, 0]];
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], end);
      await shop.told();
      await shop.leap(1);
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], end);
      const [finding = '', ...others] = await audit(shop.stores);
      deepEqual([/^inventory has put aside .*: the price of keyboard/.test(finding), others], [true, []]);
    });

    test('of which there is no stock row either, is refused', async (t) => {
      const shop = await untold(t);
      const store = shop.stores.get('inventory') as Store;
      await (await store.begin()).commit([{ table: inventoryTables.stock, remove: [['keyboard']] }]);
      await shop.place(flow);
      await shop.pass(10);
      equal(await shop.status(), 'CANCELLED');
      deepEqual(await shop.asides(), []);
    });
  });

for (const flow of priced)
  describe(`an order of ${flow.name} at a price that inventory has not heard of`, () => {
    test('waits, and goes through when it has', async (t) => {
      const shop = await untold(t, 7_800);
      await shop.place(flow);
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], ['RUNNING', [[differs, 1, false]], [100_000, 0, 0]]);
      await shop.told();
      await shop.pass(5);
      deepEqual([await shop.status(), await shop.asides(), await shop.stock()], ['COMPLETED', [], [99_998, 0, 2]]);
      deepEqual(await audit(shop.stores), []);
    });

    test('is refused where there is no such price: after a minute, and nothing is left', async (t) => {
      const shop = await untold(t, 7_800);
      await shop.place(flow);
      await shop.pass(63);
      deepEqual([await shop.status(), await shop.asides()], ['RUNNING', [[differs, 7, false]]]);
      await shop.pass(5);
      deepEqual([await shop.status(), await shop.reason()], ['CANCELLED', differs]);
      deepEqual([await shop.asides(), await shop.stock()], [[], [100_000, 0, 0]]);
      deepEqual(await audit(shop.stores), []);
    });
  });
