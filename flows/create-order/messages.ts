/** Every message of create-order: its name and topic as the document has them, and its fields, each the fact of the same name. */
import { Amount, cancellation, command, Currency, event, Id, Lines, PricedLines, Text } from '@ensemble/flow';
import { Type } from 'typebox';

const topics = {
  saga: 'order-saga-commands',
  orderCommands: 'order-commands',
  orderEvents: 'order-events',
  productCommands: 'product-commands',
  productEvents: 'product-events',
  inventoryCommands: 'inventory-commands',
  inventoryEvents: 'inventory-events',
  paymentCommands: 'payment-commands',
  paymentEvents: 'payment-events',
} as const;

const orderId = Id;
const customerId = Id;
const paymentMethod = Id;
const reason = Text;
// The document tells of the successful order only: what refuses and what is taken back is ours.
const failure = { tone: 'failure', ours: true } as const;
const compensation = { tone: 'compensation', ours: true } as const;

export const SagaCreateOrder = command('SagaCreateOrder', topics.saga, { orderId, customerId, lines: Lines, paymentMethod });
export const CancelOrderRequested = cancellation(topics.saga);

export const CreateOrder = command('CreateOrder', topics.orderCommands, { orderId, customerId, lines: Lines, paymentMethod });
export const OrderCreated = event('OrderCreated', topics.orderEvents, { orderId, customerId, lines: Lines });
export const OrderCreateFailed = event('OrderCreateFailed', topics.orderEvents, { orderId, customerId, lines: Lines, reason }, failure);

export const ValidateProducts = command('ValidateProducts', topics.productCommands, { orderId, lines: Lines });
export const ProductsValidated = event('ProductsValidated', topics.productEvents, {
  orderId,
  pricedLines: PricedLines,
  total: Amount,
  currency: Currency,
});
export const ProductsValidationFailed = event(
  'ProductsValidationFailed',
  topics.productEvents,
  { orderId, reason, productId: Type.Optional(Id) },
  failure,
);

export const ReserveInventory = command('ReserveInventory', topics.inventoryCommands, { orderId, lines: Lines });
export const InventoryReserved = event('InventoryReserved', topics.inventoryEvents, { orderId });
export const InventoryReserveFailed = event(
  'InventoryReserveFailed',
  topics.inventoryEvents,
  { orderId, reason, productId: Type.Optional(Id) },
  failure,
);

export const ProcessPayment = command('ProcessPayment', topics.paymentCommands, {
  orderId,
  customerId,
  total: Amount,
  currency: Currency,
  paymentMethod,
});
export const PaymentCompleted = event('PaymentCompleted', topics.paymentEvents, { orderId, paymentId: Id });
export const PaymentFailed = event('PaymentFailed', topics.paymentEvents, { orderId, reason }, failure);

export const CompleteOrder = command('CompleteOrder', topics.orderCommands, {
  orderId,
  pricedLines: PricedLines,
  total: Amount,
  currency: Currency,
  paymentId: Id,
});
export const OrderCompleted = event('OrderCompleted', topics.orderEvents, { orderId, total: Amount, currency: Currency });

export const RefundPayment = command('RefundPayment', topics.paymentCommands, { orderId }, compensation);
export const PaymentRefunded = event('PaymentRefunded', topics.paymentEvents, { orderId }, compensation);
export const ReleaseInventory = command('ReleaseInventory', topics.inventoryCommands, { orderId }, compensation);
export const InventoryReleased = event('InventoryReleased', topics.inventoryEvents, { orderId }, compensation);
export const CancelOrder = command('CancelOrder', topics.orderCommands, { orderId, reason: Type.Optional(reason) }, compensation);
export const OrderCancelled = event('OrderCancelled', topics.orderEvents, { orderId, reason: Type.Optional(reason) }, compensation);
