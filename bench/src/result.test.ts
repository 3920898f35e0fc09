import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { countBatch, newTally } from './tally.ts';
import { figures, median } from './result.ts';
import type { Moment } from './processes.ts';

test('the median', () => {
  deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7]), median([])], [2, 2.5, 7, NaN]);
});

const began: Moment = { at: 1_000, node: 1, postgres: 2, java: null, machine: { busy: 100, stolen: 0, all: 200 } };
const over: Moment = { at: 11_000, node: 6, postgres: 5, java: null, machine: { busy: 112, stolen: 1, all: 220 } };

test('figures of what was counted between two moments', () => {
  const tally = { ...newTally(), ended: 1_000, compensated: 50 };
  for (const [works, milliseconds] of [
    [10, 4],
    [30, 6],
  ] as const)
    countBatch(tally, { service: 'order', works, said: 100, changes: [], milliseconds });
  const { seconds, ordersPerSecond, messagesPerSecond, compensated, cpuPerOrder, processors, services } = figures(tally, began, over);
  deepEqual(
    { seconds, ordersPerSecond, messagesPerSecond, compensated },
    { seconds: 10, ordersPerSecond: 100, messagesPerSecond: 20, compensated: 0.05 },
  );
  deepEqual(cpuPerOrder, { node: 5_000, postgres: 3_000, java: null });
  deepEqual(processors, { busy: 0.6, others: 0.2, stolen: 0.05 });
  deepEqual(services, [{ service: 'order', batchesPerSecond: 0.2, size: 20, milliseconds: 5 }]);
});

test('where nothing ended and nothing is told of processes, there is nothing to share out', () => {
  const blind = { postgres: null, machine: null };
  const { cpuPerOrder, processors, milliseconds } = figures(newTally(), { ...began, ...blind }, { ...over, ...blind });
  deepEqual(cpuPerOrder, { node: null, postgres: null, java: null });
  equal(processors, null);
  deepEqual(milliseconds.ended, { p50: null, p98: null, p99: null, max: null });
});
