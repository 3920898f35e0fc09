/** Every operation that order-approval uses, delivered in any order and any number of times. */
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { shipment } from '@ensemble/shipment';
import { everyInterleaving, line, placed } from '@ensemble/testkit/every-interleaving';
import { orderApproval } from './order-approval.flow.ts';

/** Two orders that meet in an account, and one that every service refuses. */
const facts = [placed([line('keyboard', 2)], 15_800), placed([line('mouse', 3)], 10_470), placed([line('yacht', 6_000)], 99_000_000)];

const services = [
  { participant: order },
  { participant: inventory, rows: { ...stocked } },
  { participant: payment, rows: { ...accounts } },
  { participant: shipment },
  { participant: orderHistory },
];

everyInterleaving({ flow: orderApproval, facts, services }, { numRuns: 60 });
