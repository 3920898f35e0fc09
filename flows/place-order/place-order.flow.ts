/** The fourth document's order: the order orchestrator asks, outcomes are statuses, and order-updated has no answer. */
import { anyOf, at, on, orchestrate, pivot, step, tell } from '@ensemble/flow';
import * as inventory from '@ensemble/inventory/operations';
import * as order from '@ensemble/order/operations';
import * as history from '@ensemble/order-history/operations';
import * as payment from '@ensemble/payment/operations';
import { document } from './document.ts';
// biome-ignore format: one list
import {
  CancelOrderRequested, CancelProductReservation, orderCreated, orderUpdated, PaymentRefunded, paymentProcessed, PlaceOrder,
  ProcessPayment, ProductReservationCancelled, productReserved, RefundPayment, ReserveProduct,
} from './messages.ts';

const { ORDER_CREATED } = orderCreated;
const { AVAILABLE, UNAVAILABLE } = productReserved;
const { PAYMENT_APPROVED, PAYMENT_REJECTED } = paymentProcessed;
const { ORDER_COMPLETED, ORDER_CANCELLED } = orderUpdated;

// biome-ignore format: read as a table
export const placeOrder = orchestrate({
  name: 'place-order',
  about: 'An order of one product, led by an orchestrator of its own. Each message is named as its topic, and an outcome is a status in it.',
  document,
  coordinator: 'order-orchestrator',
  seats: { inventory: 'stock-service', order: 'order-service', payment: 'payment-service', 'order-orchestrator': 'order-orchestrator-service' },
  begins: at(order.create,     { created: ORDER_CREATED, refused: ORDER_CANCELLED }, PlaceOrder)
    .undo(order.cancel,        ORDER_CANCELLED),
  cancel: CancelOrderRequested,
  steps: [
    step(inventory.reserve,    ReserveProduct, { reserved: AVAILABLE, unavailable: UNAVAILABLE })
      .undo(inventory.release, CancelProductReservation, ProductReservationCancelled),
    pivot(payment.charge,      ProcessPayment, { paid: PAYMENT_APPROVED, declined: PAYMENT_REJECTED })
      .undo(payment.refund,    RefundPayment,  PaymentRefunded),
    tell(order.complete,       ORDER_COMPLETED),
  ],
  also: [
    on(ORDER_COMPLETED, inventory.sell),
    on(anyOf(ORDER_CREATED, AVAILABLE, PAYMENT_APPROVED, ORDER_COMPLETED), history.record),
    on(anyOf(UNAVAILABLE, PAYMENT_REJECTED, CancelOrderRequested, RefundPayment, CancelProductReservation), history.record),
    on(anyOf(PaymentRefunded, ProductReservationCancelled, ORDER_CANCELLED), history.record),
  ],
});
