import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { targetLines } from './target-lines.ts';
import type { AskedFigures, TargetsResult } from './targets.ts';

const asked = (answered: number, failed: number): AskedFigures => ({ answered, failed, p50: 1, p98: 2, p99: 3, max: 4 });
const targets: TargetsResult = {
  rate: 100,
  whole: { placed: asked(1_500, 1), read: asked(3_000, 0) },
  without: { services: ['till'], waited: 1_400, placed: asked(1_500, 0), read: asked(3_000, 2) },
  orders: { placed: 3_000, unfinished: 0 },
  processors: { busy: 0.5, others: 0.25, stolen: 0 },
  compared: [
    { target: 'an answer', wanted: { most: 300 }, measured: 12.34, met: true },
    { target: 'orders a day', wanted: { least: 40_000 }, measured: 92_361_600.4, met: true },
    { target: 'failed reads', wanted: { most: 0 }, measured: 2, met: false },
    { target: 'nothing', wanted: { most: 300 }, measured: null, met: false },
  ],
};

test('each target, and what they were measured on', () => {
  deepEqual(targetLines(targets), [
    '',
    'targets of the document    wanted    measured',
    'an answer                   ≤ 300        12.3      met',
    'orders a day             ≥ 40,000  92,361,600      met',
    'failed reads                  ≤ 0           2  not met',
    'nothing                     ≤ 300           -  not met',
    '',
    'over HTTP: 100 orders a second, 9,003 requests measured, 3 failed',
    'orders over HTTP: 3,000 placed, 1,400 had to wait, 0 left unfinished',
    'processors: 50.0% busy, 25.0% with something else, 0.0% stolen',
  ]);
});

test('without a part in which services were away', () => {
  deepEqual(targetLines({ ...targets, without: null, processors: null, compared: [] }).slice(-2), [
    'over HTTP: 100 orders a second, 4,501 requests measured, 1 failed',
    'orders over HTTP: 3,000 placed, 0 left unfinished',
  ]);
});
