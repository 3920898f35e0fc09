/** Every message of order-approval: its name as the documents have it; one product an order, in fields of its own. */
import { Amount, cancellation, command, Currency, event, fact, Id, Line, placement, Text } from '@ensemble/flow';
import { Type } from 'typebox';

const topics = {
  requests: 'order-requests', // ours: how the client's wish gets from the gateway to the order service
  orderCommands: 'order-commands',
  orderEvents: 'order-events',
  productCommands: 'product-commands',
  productEvents: 'product-events',
  paymentCommands: 'payment-commands',
  paymentEvents: 'payment-events',
  shipmentCommands: 'shipment-commands',
  shipmentEvents: 'shipment-events',
} as const;

const orderId = Id;
const customerId = Id;
const product = {
  productId: fact('lines.0.productId', Line.properties.productId),
  quantity: fact('lines.0.quantity', Line.properties.quantity),
};
/** `price` is what the order costs, all told. Currency and payment method are additions that a program may leave out. */
const price = { price: fact('total', Amount), currency: Type.Optional(Currency), paymentMethod: Type.Optional(Id) };
const reason = Type.Optional(Text);
const failure = { tone: 'failure' } as const;
const compensation = { tone: 'compensation' } as const;
const ours = { ours: true } as const;

export const PlaceOrder = placement({ customerId, ...product, ...price, currency: Currency }, topics.requests);
export const CancelOrderRequested = cancellation(topics.requests);
export const OrderCreated = event('OrderCreatedEvent', topics.orderEvents, { orderId, customerId, ...product, ...price });

export const ReserveProduct = command('ReserveProductCommand', topics.productCommands, { orderId, ...product });
export const ProductReserved = event('ProductReservedEvent', topics.productEvents, { orderId, ...product });
export const ProductReservationFailed = event(
  'ProductReservationFailedEvent',
  topics.productEvents,
  { orderId, reason: Text },
  { ...failure, ...ours },
);

export const ProcessPayment = command('ProcessPaymentCommand', topics.paymentCommands, { orderId, customerId, ...price });
export const PaymentProcessed = event('PaymentProcessedEvent', topics.paymentEvents, { orderId, paymentId: Id });
export const PaymentProcessedFailed = event('PaymentProcessedFailedEvent', topics.paymentEvents, { orderId, reason: Text }, failure);

export const CreateShipment = command('CreateShipmentCommand', topics.shipmentCommands, { orderId, customerId, paymentId: Id, ...product });
export const ShipmentCreated = event('ShipmentCreatedEvent', topics.shipmentEvents, { orderId, shipmentId: Id });
export const ShipmentCreationFailed = event(
  'ShipmentCreationFailedEvent',
  topics.shipmentEvents,
  { orderId, reason: Text },
  { ...failure, ...ours },
);

/** The carrier's word, perhaps days later. */
export const ShipmentFailed = event('ShipmentFailedEvent', topics.shipmentEvents, { orderId, reason: Text }, { ...failure, ...ours });

export const ApproveOrder = command('ApproveOrderCommand', topics.orderCommands, { orderId, shipmentId: Id, paymentId: Id });
export const OrderApproved = event('OrderApprovedEvent', topics.orderEvents, { orderId });

export const CancelShipment = command('CancelShipmentCommand', topics.shipmentCommands, { orderId }, { ...compensation, ...ours });
export const ShipmentCancelled = event('ShipmentCancelledEvent', topics.shipmentEvents, { orderId }, { ...compensation, ...ours });
export const RefundPayment = command('RefundPaymentCommand', topics.paymentCommands, { orderId }, { ...compensation, ...ours });
export const PaymentRefunded = event('PaymentRefundedEvent', topics.paymentEvents, { orderId }, { ...compensation, ...ours });
export const CancelProductReservation = command(
  'CancelProductReservationCommand',
  topics.productCommands,
  { orderId, ...product },
  compensation,
);
export const ProductReservationCancelled = event('ProductReservationCancelledEvent', topics.productEvents, { orderId }, compensation);
export const RejectOrder = command('RejectOrderCommand', topics.orderCommands, { orderId, reason }, compensation);
export const OrderRejected = event('OrderRejectedEvent', topics.orderEvents, { orderId, reason }, compensation);
