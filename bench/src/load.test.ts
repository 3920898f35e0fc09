import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { startLoad } from './load.ts';

test('a closed loop keeps so many orders in flight until it is stopped', () => {
  let placed = 0;
  const { ended, stop } = startLoad({ kind: 'closed', inFlight: 3 }, () => (placed += 1));
  equal(placed, 3);
  ended();
  equal(placed, 4);
  stop();
  ended();
  equal(placed, 4);
});

test('an open loop places what is due, and after a stall what it missed', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 1_000;
  t.mock.method(performance, 'now', () => now);
  const due: number[] = [];
  const { stop } = startLoad({ kind: 'open', rate: 100 }, (moment) => due.push(moment));
  deepEqual(due, [1_000]);
  now = 1_035;
  t.mock.timers.tick(10);
  deepEqual(due, [1_000, 1_010, 1_020, 1_030]);
  stop();
  now = 2_000;
  t.mock.timers.tick(1_000);
  equal(due.length, 4);
});
