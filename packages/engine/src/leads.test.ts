import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { anyOf, at, choreograph, deadline, does, done, event, goesOn, on, projects, refused, silent, undoes } from '@ensemble/flow';
import { Type } from 'typebox';
import { leadingOf } from './leads.ts';

const create = does('order.create', { outcomes: { created: done(), refused: refused() }, ends: { refused: 'CANCELLED' } });
const complete = goesOn(create, 'order.complete', { outcomes: { completed: done() }, ends: { completed: 'COMPLETED' } });
const cancel = undoes(create, 'order.cancel', 'cancelled');
const settle = goesOn(cancel, 'order.settle', { outcomes: { settled: done(), open: done() }, ends: { settled: 'CANCELLED' } });
const reserve = does('shelf.reserve', { outcomes: { reserved: done(), unavailable: refused() }, holds: true });
const release = undoes(reserve, 'shelf.release', 'released');
const sell = goesOn(reserve, 'shelf.sell', { outcomes: { sold: done() }, settles: true });

const say = (name: string, tone: 'domain' | 'compensation' = 'domain') => event(name, 'topic', { orderId: Type.String() }, { tone });
const Place = say('Place');
const Cancel = say('Cancel');
const Created = say('Created');
const Rejected = say('Rejected');
const Reserved = say('Reserved');
const Unavailable = say('Unavailable');
const Completed = say('Completed');
const Cancelled = say('Cancelled', 'compensation');
const Released = say('Released', 'compensation');
const Settled = say('Settled', 'compensation');

const note = projects('book.note');

const flow = choreograph({
  name: 'small',
  begins: at(create, { created: Created, refused: Rejected }, Place),
  cancel: Cancel,
  rows: [
    on(Created, reserve, { reserved: Reserved, unavailable: Unavailable }),
    on(Reserved, complete, { completed: Completed }),
    on(Completed, sell),
    on(Unavailable, cancel, { cancelled: Cancelled }),
    on(Cancel, cancel, { cancelled: Cancelled }),
    on(deadline('15m', { giveUpAfter: '20m' }), cancel, { cancelled: Cancelled }),
    on(Cancelled, release, { released: Released }),
    on(Released, settle, { settled: Settled, open: silent }),
    on(anyOf(Rejected, Settled), note),
  ],
});

const lead = (operation: string, settledBy: readonly string[], more: object = {}) => ({
  operation,
  participant: operation.split('.')[0],
  settledBy,
  mayBeSilent: false,
  giveUp: null,
  ...more,
});
const giveUp = 1_200_000;

for (const [message, leads] of [
  ['Place', [lead('order.create', ['Created', 'Rejected', 'Unavailable', 'Cancelled'])]],
  ['Created', [lead('shelf.reserve', ['Reserved', 'Unavailable', 'Cancelled', 'Released'])]],
  ['Reserved', [lead('order.complete', ['Completed', 'Unavailable', 'Cancelled', 'Rejected'])]],
  ['Completed', []],
  ['Unavailable', [lead('order.cancel', ['Cancelled'], { giveUp })]],
  ['Cancel', [lead('order.cancel', ['Cancelled', 'Completed'], { giveUp })]],
  ['Cancelled', [lead('shelf.release', ['Released'], { giveUp })]],
  ['Released', [lead('order.settle', ['Settled'], { mayBeSilent: true })]],
  ['Settled', []],
] as const)
  test(`${message} leads to ${leads.map(({ operation }) => operation).join(', ') || 'nothing that is answered'}`, () =>
    deepEqual(leadingOf(flow, message).leads, leads));

test('a message settles what it is the answer to, or ends the wait for, by whom it was asked', () => {
  const settles = (message: string) =>
    leadingOf(flow, message)
      .settles.map(({ operation, by }) => `${operation} by ${by}`)
      .toSorted();
  deepEqual(settles('Reserved'), ['shelf.reserve by Created']);
  deepEqual(settles('Completed'), ['order.cancel by Cancel', 'order.complete by Reserved']);
  deepEqual(settles('Released'), ['shelf.release by Cancelled', 'shelf.reserve by Created']);
  deepEqual(settles('Place'), []);
});

test('it is worked out once', () => equal(leadingOf(flow, 'Place'), leadingOf(flow, 'Place')));

test('a message of no flow leads to nothing', () => deepEqual(leadingOf(flow, 'Other'), { leads: [], settles: [] }));
