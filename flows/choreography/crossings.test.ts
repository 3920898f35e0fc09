/** Failures, cancels and late successes that cross: each service by itself takes what was said in the order that hurts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Participant, type Row, say } from '@ensemble/engine';
import { byHand } from '@ensemble/engine/by-hand';
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { shipment } from '@ensemble/shipment';
import { memoryStore } from '@ensemble/store-memory';
import { choreography } from './choreography.flow.ts';

const orderId = '01920000-0000-7000-8000-000000000001';
const now = Date.UTC(2026, 0, 1);
const facts = {
  customerId: 'ada',
  lines: [{ productId: 'keyboard', quantity: 2 }],
  total: 15_800,
  currency: 'EUR',
  paymentMethod: 'wallet',
};
const shelves = { ...stocked, prices: [{ productId: 'keyboard', price: 7_900, currency: 'EUR', version: 1 }] };
const keyOf = (value: string): string => (JSON.parse(value) as { type: string }).type;

/** One service at its store in memory. `takes`: gives what it says to these messages, one after the other, by their names. */
async function seat(participant: Participant, said: Map<string, string>, rows: Readonly<Record<string, readonly Row[]>> = {}) {
  const store = memoryStore({ now: () => now });
  const insert = Object.entries(rows).flatMap(([name, insert]) => {
    const table = participant.tables[name];
    return table ? [{ table, insert }] : [];
  });
  await (await store.begin()).commit(insert);
  let ids = 0;
  const newId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const hand = await byHand({ participant, flows: [choreography], store, newId });
  const hears = async (arrival: Parameters<typeof hand.take>[0][number]): Promise<readonly string[]> => {
    const words: string[] = [];
    for await (const committed of hand.take([arrival])) for (const { value } of committed.said) words.push(value);
    for (const value of words) said.set(keyOf(value), value);
    return words.map(keyOf);
  };
  return {
    rows: async (name: string): Promise<readonly Row[]> => {
      const table = participant.tables[name];
      return table ? store.select(table, {}) : [];
    },
    /** The carrier's word. */
    carrier: (operation: string, word: { readonly says: string; readonly adds: Readonly<Record<string, unknown>> }) =>
      hears({ orderId, operation, word }),
    async takes(...messages: readonly string[]): Promise<readonly string[]> {
      const answers: string[] = [];
      for (const message of messages) {
        const value = said.get(message);
        if (value === undefined) throw new Error(`nobody has said ${message}`);
        answers.push(...(await hears(value)));
      }
      return answers;
    },
  };
}

/** The services, and an order that was paid for while nobody but the payment service knows; what the customer wants is said. */
async function paid() {
  const said = new Map<string, string>();
  for (const message of [choreography.begins, choreography.cancel])
    if (message) said.set(message.key, say({ flow: choreography, by: 'gateway', orderId, message, facts, at: now }).value);
  const at = {
    oms: await seat(order, said),
    stock: await seat(inventory, said, shelves),
    money: await seat(payment, said, { ...accounts }),
    parcels: await seat(shipment, said),
  };
  await at.oms.takes('PlaceOrder');
  await at.stock.takes('OrderCreated');
  await at.money.takes('InventoryReserved');
  const sums = async () => {
    const keyboard = (await at.stock.rows('stock')).find(({ productId }) => productId === 'keyboard');
    const ada = (await at.money.rows('accounts')).find(({ customerId }) => customerId === 'ada');
    return [keyboard?.['available'], keyboard?.['held'], keyboard?.['sold'], ada?.['balance']];
  };
  return { ...at, said, sums };
}

const untouched = [100_000, 0, 0, 1_000_000];
const scheduled = { says: 'scheduled', adds: { shipmentId: 'parcel-1' } };

test('a payment that succeeded after the order was cancelled is paid back, and nobody sends a parcel for it', async () => {
  const { oms, stock, money, parcels, sums } = await paid();
  assert.deepEqual(await oms.takes('CancelOrderRequested'), ['OrderCancelled']);
  assert.deepEqual(await parcels.takes('OrderCancelled', 'PaymentSucceeded'), ['NothingScheduled']);
  assert.deepEqual(await money.takes('OrderCancelled'), ['RefundSucceeded']);
  assert.deepEqual(await stock.takes('OrderCancelled'), ['InventoryReleased']);
  assert.deepEqual(await oms.takes('NothingScheduled', 'RefundSucceeded', 'InventoryReleased'), ['OrderSettled']);
  assert.deepEqual(await sums(), untouched);
});

test('a cancel that overtakes everything leaves nothing to be done', async () => {
  const { oms, said } = await paid();
  await oms.takes('CancelOrderRequested');
  const [stock, money] = [await seat(inventory, said, shelves), await seat(payment, said, { ...accounts })];
  assert.deepEqual(await money.takes('OrderCancelled', 'InventoryReserved'), ['NothingToRefund']);
  assert.deepEqual(await stock.takes('OrderCancelled', 'OrderCreated'), ['NothingHeld']);
  assert.deepEqual(await money.rows('ledger'), []);
});

test('a parcel that was scheduled while the order was cancelled is called off, and what was sold comes back', async () => {
  const { oms, stock, money, parcels, sums } = await paid();
  assert.deepEqual(await parcels.takes('PaymentSucceeded'), []);
  await oms.takes('CancelOrderRequested');
  assert.deepEqual(await parcels.takes('OrderCancelled'), []); // the carrier has been asked and has not answered
  assert.deepEqual(await parcels.carrier('shipment.schedule', scheduled), []);
  assert.deepEqual(await parcels.carrier('shipment.cancel', { says: 'cancelled', adds: {} }), ['ShipmentCancelled']);
  await stock.takes('OrderCancelled');
  await money.takes('OrderCancelled');
  assert.deepEqual(await oms.takes('InventoryReleased', 'RefundSucceeded', 'ShipmentCancelled'), ['OrderSettled']);
  assert.deepEqual(await sums(), untouched);
});

test('a delivery that is scheduled completes no order that was cancelled, and no cancel takes back one that was completed', async () => {
  const [late, early] = [await paid(), await paid()];
  for (const { parcels } of [late, early]) {
    await parcels.takes('PaymentSucceeded');
    assert.deepEqual(await parcels.carrier('shipment.schedule', scheduled), ['DeliveryScheduled']);
  }
  assert.deepEqual(await late.oms.takes('CancelOrderRequested', 'DeliveryScheduled'), ['OrderCancelled']);
  assert.deepEqual(await early.oms.takes('DeliveryScheduled', 'CancelOrderRequested'), ['OrderCompleted']);
  assert.deepEqual(await early.stock.takes('DeliveryScheduled'), []);
  assert.deepEqual(await early.sums(), [99_998, 0, 2, 984_200]);
});

test('what fails twice is cancelled once, in the words of the first', async () => {
  const { oms, said } = await paid();
  const empty = await seat(inventory, said);
  await empty.takes('OrderCreated');
  assert.deepEqual(await oms.takes('InventoryReservationFailed'), ['OrderCancelled']);
  const first = said.get('OrderCancelled');
  assert.deepEqual(await oms.takes('CancelOrderRequested', 'InventoryReservationFailed'), ['OrderCancelled', 'OrderCancelled']);
  assert.equal(said.get('OrderCancelled'), first);
});
