/** The first two documents' order: the order service coordinates, products, payment and shipment answer. */
import { anyOf, at, later, on, orchestrate, pivot, step } from '@ensemble/flow';
import * as inventory from '@ensemble/inventory/operations';
import * as order from '@ensemble/order/operations';
import * as history from '@ensemble/order-history/operations';
import * as payment from '@ensemble/payment/operations';
import * as shipment from '@ensemble/shipment/operations';
import { document } from './document.ts';
// biome-ignore format: one list
import {
  ApproveOrder, CancelOrderRequested, CancelProductReservation, CancelShipment, CreateShipment, OrderApproved, OrderCreated,
  OrderRejected, PaymentProcessed, PaymentProcessedFailed, PaymentRefunded, PlaceOrder, ProcessPayment, ProductReservationCancelled,
  ProductReservationFailed, ProductReserved, RefundPayment, RejectOrder, ReserveProduct, ShipmentCancelled, ShipmentCreated,
  ShipmentCreationFailed, ShipmentFailed,
} from './messages.ts';

// biome-ignore format: read as a table
export const orderApproval = orchestrate({
  name: 'order-approval',
  about: 'The order service coordinates: the product is reserved, paid and shipped, and the order approved; or all of it is taken back, and the order rejected.',
  document,
  coordinator: 'order',
  seats: { order: 'Order Service', inventory: 'Product Service', payment: 'Payment Service', shipment: 'Shipment Service' },
  words: { RUNNING: 'CREATED', COMPLETED: 'APPROVED', CANCELLED: 'REJECTED' },
  begins: at(order.create,     { created: OrderCreated, refused: OrderRejected }, PlaceOrder)
    .undo(order.cancel,        RejectOrder,    OrderRejected),
  cancel: CancelOrderRequested,
  steps: [
    step(inventory.reserve,    ReserveProduct, { reserved: ProductReserved, unavailable: ProductReservationFailed })
      .undo(inventory.release, CancelProductReservation, ProductReservationCancelled),
    step(payment.charge,       ProcessPayment, { paid: PaymentProcessed, declined: PaymentProcessedFailed })
      .undo(payment.refund,    RefundPayment,  PaymentRefunded),
    pivot(shipment.schedule,   CreateShipment, { scheduled: ShipmentCreated, failed: ShipmentCreationFailed })
      .undo(shipment.cancel,   CancelShipment, ShipmentCancelled),
    step(order.complete,       ApproveOrder,   { completed: OrderApproved }),
  ],
  also: [
    later(shipment.fail, { failed: ShipmentFailed }),
    on(OrderApproved, inventory.sell),
    on(anyOf(OrderCreated, ProductReserved, PaymentProcessed, ShipmentCreated, OrderApproved), history.record),
    on(anyOf(ProductReservationFailed, PaymentProcessedFailed, ShipmentCreationFailed, ShipmentFailed), history.record),
    on(anyOf(CancelOrderRequested, CancelShipment, RefundPayment, CancelProductReservation, RejectOrder), history.record),
    on(anyOf(ShipmentCancelled, PaymentRefunded, ProductReservationCancelled, OrderRejected), history.record),
  ],
});
