/** Every operation that create-order uses, delivered in any order and any number of times. */
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { product } from '@ensemble/product';
import { demo as catalogue } from '@ensemble/product/demo';
import { everyInterleaving, line, placed } from '@ensemble/testkit/every-interleaving';
import { createOrder } from './create-order.flow.ts';

/** Two orders that meet in a product and an account, and one that every service refuses: too much, unknown, declining, twice the same. */
const facts = [
  placed([line('keyboard', 2), line('mouse')], 19_290, { paymentMethod: 'wallet' }),
  placed([line('mouse', 3)], 10_470, { paymentMethod: 'wallet' }),
  placed([line('yacht', 6_000), line('yacht', 6_000)], 12_300, { paymentMethod: 'declined-card' }),
];

const services = [
  { participant: order },
  { participant: product, rows: { ...catalogue } },
  { participant: inventory, rows: { ...stocked } },
  { participant: payment, rows: { ...accounts } },
  { participant: orderHistory },
];

everyInterleaving({ flow: createOrder, facts, services });
