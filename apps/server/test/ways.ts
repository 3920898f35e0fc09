/** Orders that take each path of a flow, against the demo data. */
import type { Order } from './shop.ts';

interface Ways {
  /** By path: orders that take it, by themselves. */
  readonly reached: Readonly<Record<string, readonly Order[]>>;
  /** Operations whose silence leads to a path of its own. */
  readonly unanswered: readonly string[];
  /** What is said of an order that was cancelled before it was placed. */
  readonly cancelledFirst: readonly string[];
}

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const of = (...lines: readonly ReturnType<typeof line>[]): Order => ({ lines });
const tooCostly = of(line('monitor', 100));
const tooHeavy = of(line('mouse', 110));
const soldOut = of(line('lamp'));
const declined: Order = { paymentMethod: 'declined-card' };

export const ways: Readonly<Record<string, Ways>> = {
  standard: {
    reached: {
      completed: [{}, of(line('mouse'), line('monitor', 2))],
      'order.create refused': [of(line('mouse'), line('mouse'))],
      'inventory.reserve unavailable': [of(line('mouse'), line('lamp'))],
      'payment.charge declined': [declined, tooCostly],
      'shipment.schedule failed': [tooHeavy],
    },
    unanswered: ['order.create', 'product.validate', 'inventory.reserve', 'payment.charge', 'shipment.schedule'],
    cancelledFirst: ['CancelOrderRequested', 'StartOrder', 'DropOrder', 'OrderDropped'],
  },
  'create-order': {
    reached: {
      completed: [{}, of(line('mouse'), line('monitor', 2))],
      'order.create refused': [of(line('mouse'), line('mouse'))],
      'product.validate invalid': [of(line('mouse'), line('unicorn'))],
      'inventory.reserve unavailable': [of(line('mouse'), line('lamp'))],
      'payment.charge declined': [declined, { paymentMethod: 'bitcoin' }, tooCostly],
    },
    unanswered: ['order.create', 'product.validate', 'inventory.reserve', 'payment.charge'],
    cancelledFirst: ['CancelOrderRequested', 'SagaCreateOrder', 'CancelOrder', 'OrderCancelled'],
  },
  'order-approval': {
    reached: {
      completed: [{}],
      'inventory.reserve unavailable': [soldOut, of(line('unicorn'))],
      'payment.charge declined': [declined, tooCostly],
      'shipment.schedule failed': [tooHeavy],
    },
    unanswered: ['inventory.reserve', 'payment.charge', 'shipment.schedule'],
    cancelledFirst: ['CancelOrderRequested', 'PlaceOrder', 'OrderCreatedEvent', 'RejectOrderCommand', 'OrderRejectedEvent'],
  },
  choreography: {
    reached: {
      completed: [{}, of(line('mouse'), line('monitor', 2))],
      'order.create refused': [of(line('mouse'), line('mouse'))],
      'inventory.reserve unavailable': [of(line('mouse'), line('lamp')), of(line('unicorn'))],
      'payment.charge declined': [declined, { paymentMethod: 'bitcoin' }, tooCostly],
      'shipment.schedule failed': [tooHeavy],
    },
    unanswered: ['inventory.reserve', 'payment.charge', 'shipment.schedule'],
    cancelledFirst: [
      'PlaceOrder',
      'CancelOrderRequested',
      'OrderCancelled',
      'NothingHeld',
      'NothingToRefund',
      'NothingScheduled',
      'OrderSettled',
    ],
  },
  'place-order': {
    reached: {
      completed: [{}],
      'inventory.reserve unavailable': [soldOut],
      'payment.charge declined': [tooCostly],
    },
    unanswered: ['inventory.reserve', 'payment.charge'],
    cancelledFirst: ['CancelOrderRequested', 'PlaceOrder', 'order-created/ORDER_CREATED', 'order-updated/ORDER_CANCELLED'],
  },
};
