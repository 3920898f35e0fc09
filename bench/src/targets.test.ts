import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Targets } from '@ensemble/flow';
import { flows, participants } from '@ensemble/server';
import { type AskedFigures, compare, type Measured, visitFigures } from './targets.ts';
import { newTimes, recordIn } from './times.ts';

const asked = (p98: number | null, failed = 0): AskedFigures => ({
  answered: p98 === null ? 0 : 100,
  failed,
  p50: p98,
  p98,
  p99: p98,
  max: p98,
});
const good: Measured = {
  whole: { placed: asked(12), read: asked(4) },
  without: { services: ['till', 'van'], waited: 50, placed: asked(11), read: asked(5) },
  ordersPerSecond: 1,
};
const all: Targets = { answerP98: 300, ordersADay: 40_000, historyWithout: ['till', 'van'] };
const met = (targets: Targets, measured: Measured): readonly boolean[] => compare(targets, measured).map((each) => each.met);

test('each target beside what was measured', () => {
  deepEqual(compare(all, good), [
    { target: 'answer to an order: p98, ms', wanted: { most: 300 }, measured: 12, met: true },
    { target: 'answer to a read: p98, ms', wanted: { most: 300 }, measured: 4, met: true },
    { target: 'orders a day, at the rate above', wanted: { least: 40_000 }, measured: 86_400, met: true },
    { target: 'failed reads without till and van', wanted: { most: 0 }, measured: 0, met: true },
    { target: 'answer to a read without till and van: p98, ms', wanted: { most: 300 }, measured: 5, met: true },
    { target: 'answer to an order without till and van: p98, ms', wanted: { most: 300 }, measured: 11, met: true },
  ]);
});

test('what a document does not want is not compared', () => {
  deepEqual(compare({}, { ...good, without: null }), []);
  deepEqual(met({ ordersADay: 86_401 }, { ...good, without: null }), [false]);
});

test('too slow, failed, and nothing at all are not met', () => {
  const measured = (placed: AskedFigures, read: AskedFigures): Measured => ({ ...good, without: null, whole: { placed, read } });
  deepEqual(met({ answerP98: 300 }, measured(asked(300), asked(300.1))), [true, false]);
  deepEqual(met({ answerP98: 300 }, measured(asked(1, 1), asked(null))), [false, false]);
  const away = (read: AskedFigures): Measured => ({ ...good, without: { services: ['till'], waited: 0, placed: asked(1), read } });
  deepEqual([met({}, away(asked(1, 1))), met({}, away(asked(null)))], [[false], [false]]);
});

test('figures of visits', () => {
  const times = newTimes();
  recordIn(times, 20);
  const [placed, read] = [
    { times, failed: 3 },
    { times: newTimes(), failed: 0 },
  ];
  const { placed: orders, read: reads } = visitFigures({ placed, read });
  deepEqual([orders.answered, orders.failed, Math.round(orders.p98 ?? 0)], [1, 3, 20]);
  deepEqual(reads, { answered: 0, failed: 0, p50: null, p98: null, p99: null, max: null });
});

test('the services that a document does without are services here', () => {
  const named = flows.flatMap(({ document }) => document?.targets?.historyWithout ?? []);
  ok(named.length > 0);
  for (const name of named)
    ok(
      participants.some((participant) => participant.name === name),
      name,
    );
});
