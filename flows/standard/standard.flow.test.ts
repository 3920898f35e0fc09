/** What the flow to deploy asks, and every path of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths } from '@ensemble/flow';
import { standard } from './standard.flow.ts';

test('what is asked, in order; what does not need the other at once', () =>
  assert.deepEqual(
    standard.plan?.groups.map((group) =>
      group.map(({ kind, says, undo, within, attempts }) => [kind, says, undo?.says ?? null, within, attempts]),
    ),
    [
      [['compensatable', 'TakeOrder', 'DropOrder', 5_000, 5]],
      [
        ['compensatable', 'PriceOrder', null, 5_000, 5],
        ['compensatable', 'HoldStock', 'ReleaseStock', 5_000, 5],
      ],
      [['compensatable', 'TakePayment', 'ReturnPayment', 15_000, 4]],
      [['pivot', 'ScheduleShipment', 'CallOffShipment', 15_000, 4]],
      [['retriable', 'FinishOrder', null, 5_000, 5]],
    ],
  ));

test('every path', () => {
  const taken = ['StartOrder', 'TakeOrder', 'OrderTaken', 'PriceOrder', 'HoldStock'];
  const held = [...taken, 'OrderPriced', 'StockHeld', 'TakePayment'];
  const paid = [...held, 'PaymentTaken', 'ScheduleShipment'];
  const completed = [...paid, 'ShipmentScheduled', 'FinishOrder', 'OrderFinished'];
  const drop = ['DropOrder', 'OrderDropped'];
  const release = ['ReleaseStock', 'StockReleased', ...drop];
  const giveBack = ['ReturnPayment', 'PaymentReturned', ...release];
  const callOff = ['CallOffShipment', 'ShipmentCalledOff', ...giveBack];
  assert.deepEqual(Object.fromEntries(paths(standard).map(({ name, messages }) => [name, messages])), {
    completed,
    'order.create refused': ['StartOrder', 'TakeOrder', 'OrderRefused'],
    'product.validate invalid': [...taken, 'StockHeld', 'OrderNotPriced', ...release],
    'inventory.reserve unavailable': [...taken, 'OrderPriced', 'StockShort', ...drop],
    'payment.charge declined': [...held, 'PaymentDeclined', ...release],
    'shipment.schedule failed': [...paid, 'ShipmentRefused', ...giveBack],
    'order.create unanswered': ['StartOrder', 'TakeOrder', ...drop],
    'product.validate unanswered': [...taken, 'StockHeld', ...release],
    'inventory.reserve unanswered': [...taken, 'OrderPriced', ...release],
    'payment.charge unanswered': [...held, ...giveBack],
    'shipment.schedule unanswered': [...paid, ...callOff],
    'cancelled by the customer': [...held, 'PaymentTaken', 'CancelOrderRequested', ...giveBack],
    'later ShipmentFailed': [...completed, 'ShipmentFailed', ...callOff],
  });
});
