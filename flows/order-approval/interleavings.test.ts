/** Every operation that order-approval uses, delivered in any order and any number of times. */
import type { Participant, Row } from '@ensemble/engine';
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { shipment } from '@ensemble/shipment';
import { interleavings } from '@ensemble/testkit/interleavings';
import { orderApproval } from './order-approval.flow.ts';

const placed = (productId: string, quantity: number, total: number) => ({
  customerId: 'ada',
  lines: [{ productId, quantity }],
  total,
  currency: 'EUR',
  paymentId: 'pay-1',
  shipmentId: 'ship-1',
  reason: 'it was refused',
});

/** Two orders that meet in an account, and one that every service refuses. */
const facts = [placed('keyboard', 2, 15_800), placed('mouse', 3, 10_470), placed('yacht', 6_000, 99_000_000)];

const services: readonly { readonly participant: Participant; readonly rows?: Readonly<Record<string, readonly Row[]>> }[] = [
  { participant: order },
  { participant: inventory, rows: { ...stocked } },
  { participant: payment, rows: { ...accounts } },
  { participant: shipment },
  { participant: orderHistory },
];

for (const { participant, rows } of services)
  interleavings({ participant, flow: orderApproval, facts, ...(rows ? { rows } : {}) }, { numRuns: 60 });
