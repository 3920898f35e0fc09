/** Every message of the standard flow, each field the fact of the same name; one topic for each service that is asked. */
import { Amount, cancellation, command, Currency, event, Id, Lines, PricedLines, Text } from '@ensemble/flow';
import { Type } from 'typebox';

const topics = {
  sagas: 'shop-sagas',
  orders: 'shop-orders',
  products: 'shop-products',
  inventory: 'shop-inventory',
  payments: 'shop-payments',
  shipments: 'shop-shipments',
} as const;

const orderId = Id;
const customerId = Id;
const paymentMethod = Id;
const reason = Text;
const why = { orderId, reason: Type.Optional(Text) };
const shortOf = { orderId, reason, productId: Type.Optional(Id) };
/** What the customer was shown that it costs, where they or their cart said so: it is priced at that or not at all. */
const shown = { shownTotal: Type.Optional(Amount), shownCurrency: Type.Optional(Currency) };
const failure = { tone: 'failure' } as const;
const compensation = { tone: 'compensation' } as const;

export const StartOrder = command('StartOrder', topics.sagas, { orderId, customerId, lines: Lines, paymentMethod, ...shown });
export const CancelOrderRequested = cancellation(topics.sagas);

export const TakeOrder = command('TakeOrder', topics.orders, { orderId, customerId, lines: Lines, paymentMethod });
export const OrderTaken = event('OrderTaken', topics.orders, { orderId, customerId, lines: Lines });
export const OrderRefused = event('OrderRefused', topics.orders, { orderId, customerId, lines: Lines, reason }, failure);

export const PriceOrder = command('PriceOrder', topics.products, { orderId, lines: Lines, ...shown });
export const OrderPriced = event('OrderPriced', topics.products, {
  orderId,
  pricedLines: PricedLines,
  total: Amount,
  currency: Currency,
});
export const OrderNotPriced = event('OrderNotPriced', topics.products, shortOf, failure);

export const HoldStock = command('HoldStock', topics.inventory, { orderId, lines: Lines });
export const StockHeld = event('StockHeld', topics.inventory, { orderId });
export const StockShort = event('StockShort', topics.inventory, shortOf, failure);

export const TakePayment = command('TakePayment', topics.payments, {
  orderId,
  customerId,
  total: Amount,
  currency: Currency,
  paymentMethod,
});
export const PaymentTaken = event('PaymentTaken', topics.payments, { orderId, paymentId: Id });
export const PaymentDeclined = event('PaymentDeclined', topics.payments, { orderId, reason }, failure);

export const ScheduleShipment = command('ScheduleShipment', topics.shipments, { orderId, customerId, lines: Lines });
export const ShipmentScheduled = event('ShipmentScheduled', topics.shipments, { orderId, shipmentId: Id });
export const ShipmentRefused = event('ShipmentRefused', topics.shipments, { orderId, reason }, failure);
/** The carrier's word, perhaps days later. */
export const ShipmentFailed = event('ShipmentFailed', topics.shipments, { orderId, reason }, failure);

export const FinishOrder = command('FinishOrder', topics.orders, {
  orderId,
  pricedLines: PricedLines,
  total: Amount,
  currency: Currency,
  paymentId: Id,
});
export const OrderFinished = event('OrderFinished', topics.orders, { orderId, total: Amount, currency: Currency });

export const CallOffShipment = command('CallOffShipment', topics.shipments, { orderId }, compensation);
export const ShipmentCalledOff = event('ShipmentCalledOff', topics.shipments, { orderId }, compensation);
export const ReturnPayment = command('ReturnPayment', topics.payments, { orderId }, compensation);
export const PaymentReturned = event('PaymentReturned', topics.payments, { orderId }, compensation);
export const ReleaseStock = command('ReleaseStock', topics.inventory, { orderId }, compensation);
export const StockReleased = event('StockReleased', topics.inventory, { orderId }, compensation);
export const DropOrder = command('DropOrder', topics.orders, why, compensation);
export const OrderDropped = event('OrderDropped', topics.orders, why, compensation);
