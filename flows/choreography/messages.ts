/** Every event of the third document's registry, in its words, and what Ensemble adds so that an order's owner knows when it is settled. */
import { Amount, cancellation, Currency, event, Id, Lines, placement, Text } from '@ensemble/flow';
import { Type } from 'typebox';

/** The registry names no topics: each service says its events on one of its own. */
const topics = {
  requests: 'order-requests',
  order: 'order-events',
  inventory: 'inventory-events',
  payment: 'payment-events',
  delivery: 'delivery-events',
} as const;

const orderId = Id;
/** The cart's: whoever is asked to pay or to reserve can see what the customer saw. */
const cost = { total: Amount, currency: Currency } as const;
const order = { orderId, customerId: Id, lines: Lines, ...cost, paymentMethod: Type.Optional(Id) } as const;
const reason = Text;

const domain = (about: string) => ({ tone: 'domain', about }) as const;
const failure = (about: string) => ({ tone: 'failure', about }) as const;
const compensation = (about: string) => ({ tone: 'compensation', about }) as const;
const ours = { tone: 'compensation', ours: true } as const;

export const OrderCreated = event('OrderCreated', topics.order, order, domain('Создание заказа покупателем (начало сборки)'));
export const InventoryReserved = event('InventoryReserved', topics.inventory, order, domain('Успешное резервирование товаров на складе'));
export const InventoryReservationFailed = event(
  'InventoryReservationFailed',
  topics.inventory,
  { orderId, reason, productId: Type.Optional(Id) },
  failure('Сумма корзины не совпала или товара нет на складе'),
);
export const PaymentSucceeded = event(
  'PaymentSucceeded',
  topics.payment,
  { orderId, customerId: Id, lines: Lines, ...cost, paymentId: Id },
  domain('Успешная оплата заказа'),
);
export const PaymentFailed = event(
  'PaymentFailed',
  topics.payment,
  { orderId, reason },
  failure('Ошибка оплаты (недостаточно средств / ошибка банка)'),
);
export const OrderCancelled = event(
  'OrderCancelled',
  topics.order,
  { orderId, reason: Type.Optional(reason) },
  compensation('Отмена заказа (компенсация в стейт-машине)'),
);
export const InventoryReleased = event(
  'InventoryReleased',
  topics.inventory,
  { orderId },
  compensation('Отмена резерва на складе (возврат товара на полку)'),
);
export const RefundSucceeded = event(
  'RefundSucceeded',
  topics.payment,
  { orderId },
  compensation('Возврат денег (если отмена произошла после оплаты)'),
);
export const DeliveryScheduled = event(
  'DeliveryScheduled',
  topics.delivery,
  { orderId, ...cost, paymentId: Id, shipmentId: Id },
  domain('Успешное формирование заявки на доставку'),
);
export const DeliveryFailed = event(
  'DeliveryFailed',
  topics.delivery,
  { orderId, reason },
  failure('Доставка неуспешна / Ошибка логистического провайдера'),
);

// What follows is no event of the registry's.
export const PlaceOrder = placement({ customerId: Id, lines: Lines, ...cost, paymentMethod: Type.Optional(Id) }, topics.requests);
export const CancelOrderRequested = cancellation(topics.requests);
export const OrderRejected = event('OrderRejected', topics.order, { orderId, reason }, { tone: 'failure', ours: true });
/** By the owner, so that an order is COMPLETED to people only when nothing but a failed delivery can take it back. */
export const OrderCompleted = event('OrderCompleted', topics.order, { orderId }, { ours: true });
export const NothingHeld = event('NothingHeld', topics.inventory, { orderId }, ours);
export const NothingToRefund = event('NothingToRefund', topics.payment, { orderId }, ours);
export const ShipmentCancelled = event('ShipmentCancelled', topics.delivery, { orderId }, ours);
export const NothingScheduled = event('NothingScheduled', topics.delivery, { orderId }, ours);
export const OrderSettled = event('OrderSettled', topics.order, { orderId }, ours);
