/** Every operation that create-order uses, delivered in any order and any number of times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Participant, Row } from '@ensemble/engine';
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { product } from '@ensemble/product';
import { demo as catalogue } from '@ensemble/product/demo';
import { interleavings } from '@ensemble/testkit/interleavings';
import { createOrder } from './create-order.flow.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const placed = (...lines: readonly ReturnType<typeof line>[]) => ({
  customerId: 'ada',
  lines,
  paymentMethod: 'wallet',
  total: 12300,
  currency: 'EUR',
  paymentId: 'pay-1',
  reason: 'it was refused',
  pricedLines: lines.map((each) => ({
    ...each,
    name: each.productId,
    price: 100,
  })),
});

/** Two orders that meet in a product and an account, and one that every service refuses: too much, unknown, declining, twice the same. */
const facts = [
  placed(line('keyboard', 2), line('mouse')),
  placed(line('mouse', 3)),
  { ...placed(line('yacht', 6_000), line('yacht', 6_000)), paymentMethod: 'declined-card' },
];

const services: readonly { readonly participant: Participant; readonly rows?: Readonly<Record<string, readonly Row[]>> }[] = [
  { participant: order },
  { participant: product, rows: { ...catalogue } },
  { participant: inventory, rows: { ...stocked } },
  { participant: payment, rows: { ...accounts } },
  { participant: orderHistory },
];

for (const { participant, rows } of services) interleavings({ participant, flow: createOrder, facts, ...(rows ? { rows } : {}) });

test('no operation of the flow is left out', () => {
  const there = new Set(services.flatMap(({ participant }) => Object.values(participant.operations).map(({ name }) => name)));
  const used = new Set(createOrder.rows.map(({ does }) => does.name));
  assert.deepEqual(
    [...used].filter((name) => !there.has(name)),
    [],
  );
});
