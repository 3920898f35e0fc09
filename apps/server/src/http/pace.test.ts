import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Look, pace } from './pace.ts';

const quiet: Look = { rung: false, news: false };
const rung: Look = { rung: true, news: true };
const unannounced: Look = { rung: false, news: true };

const waits = (historyHere: boolean, looks: readonly Look[]): number[] => {
  const { wait, looked } = pace(historyHere);
  return looks.map((look) => {
    looked(look);
    return wait();
  });
};

test('what is rung for is hardly asked for', () => deepEqual(waits(true, [rung, quiet, quiet]), [5_000, 5_000, 5_000]));

test('a quiet order is asked for ever more rarely', () =>
  deepEqual(waits(true, [quiet, quiet, quiet, quiet, quiet]), [1_000, 2_000, 4_000, 5_000, 5_000]));

test('one that another process writes is asked for often while it moves', () =>
  deepEqual(waits(true, [quiet, quiet, unannounced, quiet]), [1_000, 2_000, 500, 1_000]));

test('where the history is elsewhere it is asked for all the time', () =>
  deepEqual(waits(false, [quiet, unannounced, quiet]), [500, 500, 500]));
