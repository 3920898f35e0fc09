/** Every operation that the choreography uses, delivered in any order and any number of times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Participant, Row } from '@ensemble/engine';
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { monitor } from '@ensemble/monitor';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { shipment } from '@ensemble/shipment';
import { interleavings } from '@ensemble/testkit/interleavings';
import { choreography } from './choreography.flow.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const placed = (total: number, ...lines: readonly ReturnType<typeof line>[]) => ({
  customerId: 'ada',
  lines,
  paymentMethod: 'wallet',
  total,
  currency: 'EUR',
  paymentId: 'pay-1',
  shipmentId: 'ship-1',
  reason: 'it was refused',
});

/** Two orders that meet in a product and an account, and one that every service refuses. */
const facts = [
  placed(19_290, line('keyboard', 2), line('mouse')),
  placed(10_470, line('mouse', 3)),
  { ...placed(12_300, line('yacht', 6_000), line('yacht', 6_000)), paymentMethod: 'declined-card' },
];

const priced = (productId: string, price: number) => ({ productId, price, currency: 'EUR', version: 1 });
const prices = [priced('keyboard', 7_900), priced('mouse', 3_490)];

const services: readonly { readonly participant: Participant; readonly rows?: Readonly<Record<string, readonly Row[]>> }[] = [
  { participant: order },
  { participant: inventory, rows: { ...stocked, prices } },
  { participant: payment, rows: { ...accounts } },
  { participant: shipment },
  { participant: orderHistory },
  { participant: monitor },
];

for (const { participant, rows } of services) interleavings({ participant, flow: choreography, facts, ...(rows ? { rows } : {}) });

test('no operation of the flow is left out', () => {
  const there = new Set(services.flatMap(({ participant }) => Object.values(participant.operations).map(({ name }) => name)));
  assert.deepEqual(
    choreography.rows.map(({ does }) => does.name).filter((name) => !there.has(name)),
    [],
  );
});
