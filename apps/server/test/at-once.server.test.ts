/** What customers and operators do at once in two processes over one PostgreSQL: nothing is lost, and a cart is ordered once. */
import { putting, takingOut } from '@ensemble/cart';
import { left, routes as carts } from '@ensemble/cart/routes';
import { createOrder } from '@ensemble/create-order';
import { type Job, silentLog, type Store, systemClock } from '@ensemble/engine';
import { placing } from '@ensemble/gateway';
import { routes as gateway } from '@ensemble/gateway/routes';
import { pricing } from '@ensemble/product';
import { tables as productTables } from '@ensemble/product/tables';
import { testServers } from '@ensemble/testkit/servers';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { participants } from '../src/catalogue.ts';
import { complete } from '../src/config.ts';
import { openStores } from '../src/databases.ts';
import { newOrderId } from '../src/http/order-id.ts';
import { startSystem, type System } from '../src/system.ts';

const customerId = 'ada';
let processes: readonly { readonly system: System; readonly stores: ReadonlyMap<string, Store> }[] = [];

before(async () => {
  const installation = `at_once_${randomBytes(6).toString('hex')}`;
  const server = { adminUrl: testServers().databaseUrl, secret: installation, embedded: false };
  const chosen = participants.filter(({ name }) => ['cart', 'gateway', 'product'].includes(name));
  const log = memoryLog();
  const start = async (slot: string) => {
    const config = complete({ installation, slot });
    const stores = await openStores(chosen, server, { config, log: silentLog, closing: () => undefined });
    const transport = memoryTransport({ log });
    const setting = { participants: chosen, flows: [createOrder], partitions: 3, clock: systemClock, log: silentLog, slot };
    return { stores, system: await startSystem({ ...setting, stores, transport }) };
  };
  processes = [await start('1'), await start('2')];
});
after(async () => {
  for (const { system, stores } of processes) {
    await system.stop();
    await system.transport.close();
    for (const store of stores.values()) await store.close();
  }
});

/** Done in the first process or in the second, in turn, all at once. */
const atOnce = (service: string, jobs: readonly Job[]): Promise<PromiseSettledResult<void>[]> =>
  Promise.allSettled(jobs.map(async (job, at) => processes[at % 2]?.system.services.get(service)?.perform(job)));

const storeOf = (service: string): Store => processes[0]?.stores.get(service) as Store;
const kept = () => carts.cart.answer(storeOf('cart'), { customerId });
const orderedUpTo = () => gateway.ordered.answer(storeOf('gateway'), { customerId });

test('what two processes put in and take out at once is in the cart, or not', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `product-${at}`);
  const owner = { customerId, ordered: 0 };
  await atOnce(
    'cart',
    [...names, 'pen', 'ink'].map((name, at) => putting(owner, name, at + 1)),
  );
  const ends = await atOnce('cart', [...names.slice(0, 20).map((name) => takingOut(owner, name)), putting(owner, 'pen', 7)]);
  equal(ends.filter(({ status }) => status === 'rejected').length, 0);
  const { version, items } = await kept();
  const found = new Map(items.map(({ productId, quantity }) => [productId, quantity]));
  deepEqual(found, new Map([...names.slice(20).map((name, at) => [name, at + 21] as const), ['pen', 7], ['ink', 42]]));
  equal(version, 63);
});

test('a cart that both order at once is ordered once, and has left what came later', async () => {
  const { version } = await kept();
  const order = (): Job =>
    placing({
      orderId: newOrderId(),
      flow: createOrder,
      customerId,
      facts: { lines: [{ productId: 'pen', quantity: 7 }], paymentMethod: 'wallet' },
      idempotency: null,
      cart: { version, ordered: 0 },
    }).job;
  const ends = await atOnce('gateway', Array.from({ length: 10 }, order));
  const codes = ends.map((end) => (end.status === 'fulfilled' ? 'accepted' : (end.reason as { code: string }).code));
  deepEqual(codes.toSorted(), [...Array.from({ length: 9 }, () => 'CART_CHANGED'), 'accepted']);
  await atOnce('cart', [putting({ customerId, ordered: await orderedUpTo() }, 'cap', 1)]);
  const { items } = await kept();
  deepEqual(left(items, await orderedUpTo()), [{ productId: 'cap', quantity: 1, version: version + 1 }]);
});

test('a price that both change at once has a version for each change', async () => {
  for (let price = 1; price < 20; price += 2)
    await atOnce(
      'product',
      [price, price + 1].map((each) => pricing({ productId: 'desk', price: each })),
    );
  const [desk] = await storeOf('product').select(productTables.products, { where: [['productId', '=', 'desk']] });
  equal(desk?.['version'], 21);
});
