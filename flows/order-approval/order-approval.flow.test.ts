/** The flow beside its documents: their names, and every path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths, problemsOf } from '@ensemble/flow';
import { document } from './document.ts';
import { orderApproval } from './order-approval.flow.ts';

test("its names are the documents'", () => assert.deepEqual(problemsOf(orderApproval, document), []));

test('what is added: who asks, what the documents do not refuse, and what they do not take back', () =>
  assert.deepEqual(
    [...orderApproval.messages.values()].filter(({ ours }) => ours).map(({ name }) => name),
    [
      'PlaceOrder',
      'CancelOrderRequested',
      'ProductReservationFailedEvent',
      'ShipmentCreationFailedEvent',
      'ShipmentFailedEvent',
      'CancelShipmentCommand',
      'ShipmentCancelledEvent',
      'RefundPaymentCommand',
      'PaymentRefundedEvent',
    ].toSorted((a, b) => order(a) - order(b)),
  ));

const order = (name: string): number => [...orderApproval.messages.keys()].indexOf(name);

test('every path', () => {
  const created = ['PlaceOrder', 'OrderCreatedEvent', 'ReserveProductCommand'];
  const reserved = [...created, 'ProductReservedEvent', 'ProcessPaymentCommand'];
  const paid = [...reserved, 'PaymentProcessedEvent', 'CreateShipmentCommand'];
  const approved = [...paid, 'ShipmentCreatedEvent', 'ApproveOrderCommand', 'OrderApprovedEvent'];
  const reject = ['RejectOrderCommand', 'OrderRejectedEvent'];
  const release = ['CancelProductReservationCommand', 'ProductReservationCancelledEvent', ...reject];
  const refund = ['RefundPaymentCommand', 'PaymentRefundedEvent', ...release];
  assert.deepEqual(Object.fromEntries(paths(orderApproval).map(({ name, messages }) => [name, messages])), {
    completed: approved,
    'order.create refused': ['PlaceOrder', 'OrderRejectedEvent'],
    'inventory.reserve unavailable': [...created, 'ProductReservationFailedEvent', ...reject],
    'payment.charge declined': [...reserved, 'PaymentProcessedFailedEvent', ...release],
    'shipment.schedule failed': [...paid, 'ShipmentCreationFailedEvent', ...refund],
    'inventory.reserve unanswered': [...created, ...release],
    'payment.charge unanswered': [...reserved, ...refund],
    'shipment.schedule unanswered': [...paid, 'CancelShipmentCommand', 'ShipmentCancelledEvent', ...refund],
    'later ShipmentFailedEvent': [...approved, 'ShipmentFailedEvent', 'CancelShipmentCommand', 'ShipmentCancelledEvent', ...refund],
    'cancelled by the customer': [...reserved, 'PaymentProcessedEvent', 'CancelOrderRequested', ...refund],
  });
});

test("an order is what the documents' users see", () =>
  assert.deepEqual(
    ['PlaceOrder', 'PaymentProcessedFailedEvent', 'OrderApprovedEvent', 'OrderRejectedEvent'].map((key) => {
      const status = orderApproval.places.get(key)?.status;
      return status && (orderApproval.words[status] ?? status);
    }),
    ['CREATED', 'CANCELLING', 'APPROVED', 'REJECTED'],
  ));

test('what ends an order stands last in its timeline', () =>
  assert.equal([...orderApproval.places].toSorted(([, a], [, b]) => b.rank - a.rank)[0]?.[0], 'OrderRejectedEvent'));
