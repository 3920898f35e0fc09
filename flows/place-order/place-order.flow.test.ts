/** The flow beside its document: its names, and every path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf, paths, problemsOf } from '@ensemble/flow';
import { document } from './document.ts';
import { paymentProcessed } from './messages.ts';
import { placeOrder } from './place-order.flow.ts';

test("its names are the document's", () => assert.deepEqual(problemsOf(placeOrder, document), []));

test('outcomes are statuses in the payload', () =>
  assert.deepEqual(codecOf(paymentProcessed.PAYMENT_REJECTED).encode({ orderId: 'o', reason: 'not enough money' }), {
    orderID: 'o',
    reason: 'not enough money',
    status: 'PAYMENT_REJECTED',
  }));

test('every path', () => {
  const created = ['PlaceOrder', 'order-created/ORDER_CREATED', 'reserve-product'];
  const reserved = [...created, 'product-reserved/AVAILABLE', 'process-payment'];
  const cancelled = 'order-updated/ORDER_CANCELLED';
  const release = ['cancel-product-reservation', 'product-reservation-cancelled', cancelled];
  assert.deepEqual(Object.fromEntries(paths(placeOrder).map(({ name, messages }) => [name, messages])), {
    completed: [...reserved, 'payment-processed/PAYMENT_APPROVED', 'order-updated/ORDER_COMPLETED'],
    'order.create refused': ['PlaceOrder', cancelled],
    'inventory.reserve unavailable': [...created, 'product-reserved/UNAVAILABLE', cancelled],
    'payment.charge declined': [...reserved, 'payment-processed/PAYMENT_REJECTED', ...release],
    'inventory.reserve unanswered': [...created, ...release],
    'payment.charge unanswered': [...reserved, 'refund-payment', 'payment-refunded', ...release],
    'cancelled by the customer': [...created, 'product-reserved/AVAILABLE', 'CancelOrderRequested', ...release],
  });
});
