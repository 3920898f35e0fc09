/** Every message of place-order: named as its topic, with the outcome as a status in the payload; one line of one product. */
import { Amount, cancellation, Currency, event, fact, Id, Line, placement, Text, variants } from '@ensemble/flow';
import { Type } from 'typebox';

const orderID = fact('orderId', Id);
const userID = fact('customerId', Id);
const amount = fact('total', Amount);
/** The document orders one piece; `quantity` is an addition. */
const product = {
  productID: fact('lines.0.productId', Line.properties.productId),
  quantity: fact('lines.0.quantity', Line.properties.quantity),
};
const reason = Type.Optional(Text);

const requests = 'order-requests';
export const PlaceOrder = placement({ userID, ...product, amount, currency: Currency }, requests);
export const CancelOrderRequested = cancellation(requests);

const statuses = (name: string) => ({ kind: 'event', name, topic: name, field: 'status' }) as const;
const compensation = { tone: 'compensation' } as const;
const ours = { ...compensation, ours: true } as const;

export const orderCreated = variants(statuses('order-created'), {
  ORDER_CREATED: { orderID, userID, ...product, amount },
});
export const ReserveProduct = event('reserve-product', 'reserve-product', { orderID, userID, ...product, amount });
export const productReserved = variants(statuses('product-reserved'), {
  AVAILABLE: { orderID, ...product },
  UNAVAILABLE: { orderID, reason },
});
export const ProcessPayment = event('process-payment', 'process-payment', { orderID, userID, amount });
export const paymentProcessed = variants(statuses('payment-processed'), {
  PAYMENT_APPROVED: { orderID, paymentID: fact('paymentId', Id) },
  PAYMENT_REJECTED: { orderID, reason },
});
export const CancelProductReservation = event(
  'cancel-product-reservation',
  'cancel-product-reservation',
  { orderID, ...product },
  compensation,
);
export const ProductReservationCancelled = event('product-reservation-cancelled', 'product-reservation-cancelled', { orderID }, ours);
export const RefundPayment = event('refund-payment', 'refund-payment', { orderID }, ours);
export const PaymentRefunded = event('payment-refunded', 'payment-refunded', { orderID }, ours);
export const orderUpdated = variants(statuses('order-updated'), {
  ORDER_COMPLETED: { orderID },
  ORDER_CANCELLED: { orderID, reason },
});
