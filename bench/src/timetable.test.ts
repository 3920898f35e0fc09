import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { timetable } from './timetable.ts';

test('orders are due at even distances', () => {
  const { due } = timetable(100, 250);
  deepEqual([due(99), due(100), due(103), due(108), due(108)], [[], [100], [], [104, 108], []]);
});

test('after a stall every missed order is due at its own moment', () => {
  const times = timetable(0, 4);
  deepEqual(times.due(1_000), [0, 250, 500, 750, 1_000]);
  equal(times.next(), 1_250);
});

test('a rate that divides badly does not drift', () => {
  const times = timetable(0, 3);
  equal(times.due(999_999).length, 3_000);
  equal(times.next(), 1_000_000);
});
