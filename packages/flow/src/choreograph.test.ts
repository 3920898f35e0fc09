/** What rows compile to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registry } from '../fixtures/registry.ts';
import { order } from '../fixtures/operations.ts';
import { milliseconds } from './duration.ts';
import { at, choreograph, event, Id, on, paths, projects } from './main.ts';

test('rows are what was written, one for each message of anyOf', () => {
  const rows = registry.rows.map(({ reader, on, does, says }) => [
    on.kind === 'message' ? on.message.key : on.kind === 'deadline' ? on.after : 'later',
    reader,
    does.verb,
    Object.fromEntries(Object.entries(says).map(([outcome, { key }]) => [outcome, key])),
  ]);
  assert.deepEqual(rows.slice(0, 7), [
    ['PlaceOrder', 'order', 'create', { created: 'OrderCreated' }],
    ['OrderCreated', 'inventory', 'reserve', { reserved: 'InventoryReserved', unavailable: 'InventoryReservationFailed' }],
    ['InventoryReserved', 'payment', 'charge', { paid: 'PaymentSucceeded', declined: 'PaymentFailed' }],
    ['PaymentSucceeded', 'shipment', 'schedule', { scheduled: 'DeliveryScheduled', failed: 'DeliveryFailed' }],
    ['DeliveryScheduled', 'order', 'complete', {}],
    ['DeliveryScheduled', 'inventory', 'sell', {}],
    ['later', 'shipment', 'fail', { failed: 'DeliveryFailed' }],
  ]);
  const cancels = rows.filter(([, , verb]) => verb === 'cancel').filter(([, reader]) => reader === 'order');
  assert.deepEqual(
    cancels.map(([trigger]) => trigger),
    ['InventoryReservationFailed', 'PaymentFailed', 'DeliveryFailed', 'CancelOrderRequested', 900_000],
  );
  assert.deepEqual(cancels[0]?.[3], { cancelled: 'OrderCancelled', nothing: 'OrderCancelled' });
  assert.deepEqual(
    rows.find(([, , verb]) => verb === 'settleStock'),
    ['InventoryReleased', 'order', 'settleStock', { settled: 'OrderSettled' }],
  );
  assert.equal(registry.plan, null);
});

test('an order is what its messages say: ended by `ends`, on its way back by failures', () =>
  assert.deepEqual(
    [...registry.places].map(([key, { rank, status }]) => `${rank} ${key} ${status}`),
    [
      '0 PlaceOrder RUNNING',
      '1 CancelOrderRequested RUNNING',
      '2 OrderCreated RUNNING',
      '3 InventoryReserved RUNNING',
      '4 InventoryReservationFailed CANCELLING',
      '5 PaymentSucceeded RUNNING',
      '6 PaymentFailed CANCELLING',
      '7 DeliveryScheduled COMPLETED',
      '8 DeliveryFailed CANCELLING',
      '9 OrderCancelled CANCELLING',
      '10 InventoryReleased CANCELLING',
      '11 NothingHeld CANCELLING',
      '12 RefundSucceeded CANCELLING',
      '13 NothingToRefund CANCELLING',
      '14 ShipmentCancelled CANCELLING',
      '15 NothingScheduled CANCELLING',
      '16 OrderSettled CANCELLED',
    ],
  ));

test('every path: each refusal, each silence, what comes later, and the customer', () => {
  const all = new Map(paths(registry).map(({ name, messages }) => [name, messages]));
  const paid = ['PlaceOrder', 'OrderCreated', 'InventoryReserved', 'PaymentSucceeded'];
  assert.deepEqual(
    [...all.keys()],
    [
      'completed',
      'inventory.reserve unavailable',
      'payment.charge declined',
      'shipment.schedule failed',
      'inventory.reserve unanswered',
      'payment.charge unanswered',
      'shipment.schedule unanswered',
      'later shipment.fail',
      'cancelled by the customer',
    ],
  );
  assert.deepEqual(all.get('completed'), [...paid, 'DeliveryScheduled']);
  const back = ['OrderCancelled', 'InventoryReleased', 'RefundSucceeded'];
  assert.deepEqual(all.get('shipment.schedule unanswered'), [...paid, ...back, 'NothingScheduled', 'OrderSettled']);
  const later = [...paid, 'DeliveryScheduled', 'DeliveryFailed', ...back, 'ShipmentCancelled', 'OrderSettled'];
  assert.deepEqual(all.get('later shipment.fail'), later);
});

test('a beginning is asked for with what its operation needs and can use, unless the flow says otherwise', () => {
  const { says } = at(order.create, { created: event('Created', 'events', { orderId: Id }) }).data;
  assert.deepEqual(
    [says.key, says.topic, says.ours, says.fields.map(({ name }) => name)],
    ['PlaceOrder', 'order-requests', true, ['orderId', 'customerId', 'lines', 'total', 'currency', 'paymentMethod']],
  );
});

test('who watches hears every message, and is no reader: a message that nobody else reads is refused all the same', () => {
  const watch = projects('tower.watch');
  const note = projects('book.note');
  const Created = event('Created', 'events', { orderId: Id });
  const Completed = event('Completed', 'events', { orderId: Id });
  const begins = at(order.create, { created: Created });
  const small = (...rows: Parameters<typeof choreograph>[0]['rows']) => choreograph({ name: 'small', begins, watchedBy: [watch], rows });
  const complete = on(Created, order.complete, { completed: Completed });
  const flow = small(complete, on(Completed, note));
  const readers = (of: typeof flow.rows) => of.map(({ on, reader }) => `${on.kind === 'message' ? on.message.key : on.kind} ${reader}`);
  assert.deepEqual(readers(flow.watches), ['PlaceOrder tower', 'Created tower', 'Completed tower']);
  assert.deepEqual(readers(flow.rows), ['PlaceOrder order', 'Created order', 'Completed book']);
  assert.throws(() => small(complete), /Completed: order says it and nobody reads it/);
});

test('durations', () => {
  assert.deepEqual(
    [milliseconds('250ms'), milliseconds('1.5s'), milliseconds('15m'), milliseconds('2h')],
    [250, 1_500, 900_000, 7_200_000],
  );
  for (const wrong of ['0s', '-5s', '5', '5 s', 'NaNs'])
    assert.throws(() => milliseconds(wrong as never), {
      code: 'FLOW_DURATION',
      message: `"${wrong}" is not a duration: write a number above zero and a unit, such as '250ms', '5s', '15m' or '2h'.`,
    });
});
