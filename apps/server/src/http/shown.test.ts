import { pricing } from '@ensemble/product';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Desk, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { audit } from '../audit.ts';
import type { EntryView, OrderView } from './views.ts';

let desk: Desk;
before(async () => {
  desk = await openDesk({ config: { flow: 'standard' } });
});
after(() => desk.close());

/** A product gets another price while an order of it, that was answered 202, is not priced yet: nothing reaches anybody meanwhile. */
async function priceChangesAfter(order: () => Promise<string>, productId: string, price: number): Promise<string> {
  desk.broker(false);
  const orderId = await order();
  await desk.system.services.get('product')?.perform(pricing({ productId, price }));
  desk.broker(true);
  return orderId;
}

/** Stock is asked for and priced at once: either answer may be told first. */
async function endOf(orderId: string): Promise<readonly unknown[]> {
  const { entries } = (await desk.get(`/api/orders/${orderId}/timeline`)).body as { entries: readonly EntryView[] };
  const { total, reason } = (await desk.get(`/api/orders/${orderId}`)).body as OrderView;
  return [total, reason, entries.map(({ message }) => message).toSorted()];
}

const line = (productId: string, quantity: number) => ({ lines: [{ productId, quantity }] });
const refused = ['OrderTaken', 'OrderNotPriced', 'StockHeld', 'ReleaseStock', 'StockReleased', 'DropOrder', 'OrderDropped'].toSorted();
const completed = ['OrderTaken', 'OrderPriced', 'StockHeld', 'PaymentTaken', 'ShipmentScheduled', 'OrderFinished'].toSorted();
const because = (now: number, shown: number) =>
  `the price has changed: the order costs ${now} EUR now, in minor units, and the customer was shown ${shown} EUR`;

describe('a price that changes after the 202', () => {
  for (const [what, said] of [
    ['a total', { total: 15_800, currency: 'EUR' }],
    ['a total without its currency', { total: 15_800 }],
  ] as const)
    test(`takes nothing of a customer who said ${what}`, async () => {
      await desk.system.services.get('product')?.perform(pricing({ productId: 'keyboard', price: 7_900 }));
      const orderId = await priceChangesAfter(() => desk.place({ ...line('keyboard', 2), ...said }), 'keyboard', 8_000);
      await desk.reaches(orderId, 'CANCELLED');
      deepEqual(await endOf(orderId), [null, because(16_000, 15_800), refused]);
      await until(
        async () => (await audit(desk.stores)).length === 0,
        async () => (await audit(desk.stores)).join(', '),
      );
    });

  test('takes nothing of a customer whose cart remembers the one before', async () => {
    const url = `${desk.url}/api/cart/items/mouse`;
    const headers = { 'content-type': 'application/json' };
    equal((await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ quantity: 1 }) })).status, 200);
    const orderId = await priceChangesAfter(() => desk.place({}), 'mouse', 3_000);
    await desk.reaches(orderId, 'CANCELLED');
    deepEqual(await endOf(orderId), [null, because(3_000, 3_490), refused]);
  });

  test('is what a customer pays who was shown none', async () => {
    const orderId = await priceChangesAfter(() => desk.place(line('headset', 1)), 'headset', 9_100);
    await desk.reaches(orderId, 'COMPLETED');
    deepEqual(await endOf(orderId), [9_100, null, completed]);
  });
});
