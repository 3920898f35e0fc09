import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, sagas, type Table } from '@ensemble/engine';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { endedIn } from '@ensemble/server';
import { flights, type Flights } from './flights.ts';
import { type Span, spans, type Tally } from './tally.ts';
import { percentilesOf } from './times.ts';

/** Orders on a clock of their own; `ended` counts those that were told of as ended. */
function given() {
  const state = { now: 0, ended: 0 };
  const flying = flights(
    () => state.now,
    () => (state.ended += 1),
    endedIn([], []),
  );
  return { state, flying };
}

const batch = (service: string, table: Table, rows: readonly Row[]) => ({
  service,
  works: 10,
  said: 20,
  changes: [{ table, update: rows }],
  milliseconds: 4,
});
const saga = (flying: Flights, orderId: string, state: string): void => flying.hear(batch('order-saga', sagas, [{ orderId, state }]));
const history = (flying: Flights, orderId: string, status: string): void =>
  flying.hear(batch('order-history', historyTables.orders, [{ orderId, status }]));

/** Of the one order that was counted, the three figures that are kept, in milliseconds; null: none was counted. */
const times = (tally: Tally): Record<Span, number | null> => {
  const kept = spans.map((span) => {
    const { max } = percentilesOf(tally.times[span]);
    return [span, max === null ? null : Number(max.toPrecision(3))];
  });
  return Object.fromEntries(kept) as Record<Span, number | null>;
};

test('an order from the moment it is due until its history says how it ended', () => {
  const { state, flying } = given();
  flying.begin('a', -3);
  state.now = 2;
  flying.taken('a');
  saga(flying, 'a', 'RUNNING');
  history(flying, 'a', 'RUNNING');
  state.now = 12;
  saga(flying, 'a', 'COMPLETED');
  deepEqual([flying.unfinished(), flying.underWay()], [0, 1]);
  state.now = 32;
  history(flying, 'a', 'COMPLETED');
  equal(flying.underWay(), 0);
  const tally = flying.turn();
  deepEqual(times(tally), { taken: 5, ended: 10, told: 30, whole: 15 });
  deepEqual([tally.ended, tally.compensated, tally.messages, state.ended], [1, 0, 80, 1]);
  deepEqual(tally.services.get('order-history'), { batches: 2, works: 20, milliseconds: 8 });
});

test('an order ends once, and one that is compensated ends too', () => {
  const { state, flying } = given();
  flying.begin('a', 0);
  flying.taken('a');
  for (const word of ['COMPENSATING', 'COMPENSATED', 'COMPENSATED']) saga(flying, 'a', word);
  history(flying, 'a', 'CANCELLED');
  history(flying, 'a', 'CANCELLED');
  const { ended, compensated } = flying.turn();
  deepEqual([ended, compensated, state.ended, flying.counts.ended, flying.underWay()], [1, 1, 1, 1, 0]);
});

test('the end counts when it comes, the time where the order was due: one that takes long is not left out', () => {
  const { state, flying } = given();
  flying.begin('slow', 0);
  flying.taken('slow');
  const first = flying.turn();
  state.now = 5_000;
  saga(flying, 'slow', 'COMPLETED');
  const second = flying.turn();
  deepEqual([first.ended, times(first).ended, second.ended, times(second).ended], [0, 5_000, 1, null]);
});

test('an order that was not taken is not waited for', () => {
  const { flying } = given();
  flying.begin('a', 0);
  flying.refused('a');
  deepEqual([flying.underWay(), flying.counts], [0, { placed: 1, ended: 0, refused: 1 }]);
});

test('the orders of others are not counted', () => {
  const { flying } = given();
  saga(flying, 'b', 'COMPLETED');
  equal(flying.turn().ended, 0);
});
