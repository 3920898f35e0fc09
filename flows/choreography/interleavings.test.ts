/** Every operation that the choreography uses, delivered in any order and any number of times. */
import { inventory } from '@ensemble/inventory';
import { demo as stocked } from '@ensemble/inventory/demo';
import { monitor } from '@ensemble/monitor';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { payment } from '@ensemble/payment';
import { demo as accounts } from '@ensemble/payment/demo';
import { shipment } from '@ensemble/shipment';
import { everyInterleaving, line, placed } from '@ensemble/testkit/every-interleaving';
import { choreography } from './choreography.flow.ts';

/** Two orders that meet in a product and an account, and one that every service refuses. */
const facts = [
  placed([line('keyboard', 2), line('mouse')], 19_290, { paymentMethod: 'wallet' }),
  placed([line('mouse', 3)], 10_470, { paymentMethod: 'wallet' }),
  placed([line('yacht', 6_000), line('yacht', 6_000)], 12_300, { paymentMethod: 'declined-card' }),
];

const priced = (productId: string, price: number) => ({ productId, price, currency: 'EUR', version: 1 });
const prices = [priced('keyboard', 7_900), priced('mouse', 3_490)];

const services = [
  { participant: order },
  { participant: inventory, rows: { ...stocked, prices } },
  { participant: payment, rows: { ...accounts } },
  { participant: shipment },
  { participant: orderHistory },
  { participant: monitor },
];

everyInterleaving({ flow: choreography, facts, services });
