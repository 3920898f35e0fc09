/** An order ends in one batch, of whoever ends it: the saga's, the owner's; and not in those that touch it afterwards. */
import { type Row, sagas, type Table } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { deepEqual } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Desk, openDesk } from '../test/desk.ts';
import { flows, participants } from './catalogue.ts';
import { endedIn } from './ended.ts';

const choreographed = flows.find(({ plan }) => plan === null) as Flow;
const coordinated = flows.find(({ plan }) => plan !== null) as Flow;
const ended = endedIn(flows, participants);
const inserted = (table: Table, ...rows: readonly Row[]) => ended({ changes: [{ table, insert: rows }] });
const updated = (table: Table, was: Row, row: Row) => ended({ changes: [{ table, update: [row], before: [was] }] }).map(({ end }) => end);

describe('a saga', () => {
  const saga = (state: string): Row => ({ orderId: state, state });

  test('ends its order', () => {
    deepEqual(inserted(sagas, ...['RUNNING', 'COMPLETED', 'COMPENSATING', 'COMPENSATED', 'FAILED'].map(saga)), [
      { orderId: 'COMPLETED', end: 'COMPLETED' },
      { orderId: 'COMPENSATED', end: 'CANCELLED' },
    ]);
  });

  test('ends it once, and once more where what was COMPLETED is taken back', () => {
    deepEqual(updated(sagas, saga('RUNNING'), saga('COMPLETED')), ['COMPLETED']);
    deepEqual(updated(sagas, saga('COMPLETED'), saga('COMPLETED')), []);
    deepEqual(updated(sagas, saga('COMPLETED'), saga('COMPENSATING')), []);
    deepEqual(updated(sagas, saga('COMPENSATING'), saga('COMPENSATED')), ['CANCELLED']);
  });
});

describe('the record of its owner', () => {
  const orders = participants.find(({ name }) => name === 'order')?.tables['record'] as Table;
  const record = (orderId: string, state: string, answers: Readonly<Record<string, string>>, flow = choreographed): Row => ({
    orderId,
    flow: flow.name,
    state,
    answers: Object.fromEntries(Object.entries(answers).map(([verb, outcome]) => [verb, { outcome, at: 1, adds: {} }])),
  });
  const completed = { create: 'created', complete: 'completed' };
  const open = { ...completed, cancel: 'cancelled', settleStock: 'open' };

  test('ends an order that nobody coordinates', () => {
    const found = inserted(
      orders,
      record('refused', 'refused', { create: 'refused' }),
      record('under way', 'done', { create: 'created' }),
      record('completed', 'done', completed),
      record('half settled', 'undone', open),
      record('settled', 'undone', { ...open, settleMoney: 'settled' }),
    );
    deepEqual(found, [
      { orderId: 'refused', end: 'CANCELLED' },
      { orderId: 'completed', end: 'COMPLETED' },
      { orderId: 'settled', end: 'CANCELLED' },
    ]);
  });

  test('ends it once', () => {
    const settled = { ...open, settleMoney: 'settled' };
    deepEqual(updated(orders, record('a', 'undone', open), record('a', 'undone', settled)), ['CANCELLED']);
    deepEqual(updated(orders, record('a', 'undone', settled), record('a', 'undone', { ...settled, settleParcel: 'settled' })), []);
  });

  test('ends none that somebody coordinates, but for what it refuses before that begins', () => {
    const ofAnother = flows.find(({ plan, begins }) => plan && plan.begins !== begins.key) as Flow;
    const refused = { create: 'refused' };
    deepEqual(inserted(orders, record('a', 'done', completed, coordinated), record('b', 'refused', refused, coordinated)), []);
    deepEqual(inserted(orders, record('a', 'done', completed, ofAnother), record('b', 'refused', refused, ofAnother)), [
      { orderId: 'b', end: 'CANCELLED' },
    ]);
  });
});

describe('in the whole system', () => {
  const seen: string[] = [];
  let desk: Desk;
  before(async () => {
    desk = await openDesk();
    desk.system.watch((batch) => seen.push(...ended(batch).map(({ orderId, end }) => `${orderId} ${end}`)));
  });
  after(() => desk.close());

  const place = (flow: Flow, quantity: number) => desk.place({ flow: flow.name, lines: [{ productId: 'keyboard', quantity }] });

  for (const flow of flows)
    test(`each order of ${flow.name} ends once: one that goes through, and one that is refused on its way`, async () => {
      const placed = [
        [await place(flow, 1), 'COMPLETED'],
        [await place(flow, 5_000), 'CANCELLED'],
      ] as const;
      for (const [orderId, end] of placed) {
        await desk.reaches(orderId, end);
        const ends = seen.filter((each) => each.startsWith(orderId));
        deepEqual(ends, [`${orderId} ${end}`]);
      }
    });
});
