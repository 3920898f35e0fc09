/** Every operation that standard uses, delivered in any order and any number of times. */
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { product } from '@ensemble/product';
import { demo as catalogue } from '@ensemble/product/demo';
import { shipment } from '@ensemble/shipment';
import { everyInterleaving, line, placed } from '@ensemble/testkit/every-interleaving';
import { standard } from './standard.flow.ts';

/** Two orders that meet in an account, one whose customer was shown another price, and one that every service refuses. */
const facts = [
  placed([line('keyboard', 2)], 15_800, { paymentMethod: 'wallet' }),
  placed([line('mouse', 3)], 10_470, { paymentMethod: 'wallet' }),
  { ...placed([line('desk', 1)], 39_900, { paymentMethod: 'wallet' }), shownTotal: 39_800, shownCurrency: 'EUR' },
  placed([line('yacht', 6_000)], 99_000_000, { paymentMethod: 'wallet' }),
];

const services = [
  { participant: order },
  { participant: product, rows: { ...catalogue } },
  { participant: inventory, rows: { ...stocked } },
  { participant: payment, rows: { ...accounts } },
  { participant: shipment },
  { participant: orderHistory },
];

everyInterleaving({ flow: standard, facts, services }, { numRuns: 60 });
