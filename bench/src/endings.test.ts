import { deepEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { type Row, sagas, type Table } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { flows, participants } from '@ensemble/server';
import { endingsOf } from './endings.ts';

const coordinated = flows.find(({ plan }) => plan !== null) as Flow;
const choreographed = flows.find(({ plan }) => plan === null) as Flow;

const batch = (table: Table, ...rows: readonly Row[]) => ({
  service: 's',
  works: 1,
  said: 1,
  changes: [{ table, insert: rows }],
  milliseconds: 1,
});

test('a coordinated order ends with its saga', () => {
  const endings = endingsOf(coordinated, participants);
  const rows = ['RUNNING', 'COMPLETED', 'COMPENSATING', 'COMPENSATED'].map((state) => ({ orderId: state, state }));
  deepEqual(endings(batch(sagas, ...rows)), [
    { orderId: 'COMPLETED', compensated: false },
    { orderId: 'COMPENSATED', compensated: true },
  ]);
});

test('where nobody coordinates it ends by the answers that its owner keeps', () => {
  const endings = endingsOf(choreographed, participants);
  const orders = participants.find(({ name }) => name === 'order')?.tables['record'] as Table;
  const record = (orderId: string, answers: Readonly<Record<string, string>>): Row => ({
    orderId,
    answers: Object.fromEntries(Object.entries(answers).map(([verb, outcome]) => [verb, { outcome, at: 1, adds: {} }])),
  });
  const ended = endings(
    batch(
      orders,
      record('refused', { create: 'refused' }),
      record('under way', { create: 'created' }),
      record('completed', { create: 'created', complete: 'completed' }),
      record('half settled', { create: 'created', cancel: 'cancelled', settleStock: 'open' }),
      record('settled', { create: 'created', complete: 'completed', cancel: 'cancelled', settleStock: 'open', settleMoney: 'settled' }),
    ),
  );
  deepEqual(ended, [
    { orderId: 'refused', compensated: true },
    { orderId: 'completed', compensated: false },
    { orderId: 'settled', compensated: true },
  ]);
});

test('a flow that nobody ends is not measured', () => {
  throws(() => endingsOf({ ...choreographed, rows: [] }, participants), /nobody keeps a record of how an order of .+ ends/);
});
