import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Aside, parkingLimit, pauseAfter, putAside } from './parking.ts';
import type { ParkedRow } from './tables.ts';

const aside: Aside = {
  messageId: 'm',
  reader: 'r',
  orderId: 'o',
  topic: 't',
  value: '{}',
  reason: 'not yet',
  hopeless: false,
  counts: true,
};

test('it is tried again after half a second, one, two … and never later than a minute', () => {
  deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(pauseAfter), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('a key that no column could hold is cut: a message that is no order’s may have any', () => {
  deepEqual(putAside(undefined, { ...aside, orderId: 'k'.repeat(300) }, 0).orderId, 'k'.repeat(255));
});

test('put aside for the first time', () => {
  deepEqual(putAside(undefined, aside, 10_000), {
    messageId: 'm',
    reader: 'r',
    orderId: 'o',
    topic: 't',
    message: '{}',
    reason: 'not yet',
    attempts: 1,
    dead: false,
    nextAt: 10500,
    parkedAt: 10_000,
  });
});

test('put aside again: one more attempt, the newest reason, the first time', () => {
  const first = putAside(undefined, aside, 10_000);
  deepEqual(putAside(first, { ...aside, reason: 'still not' }, 20_000), {
    ...first,
    reason: 'still not',
    attempts: 2,
    nextAt: 21_000,
  });
});

test('others were first: it is tried again as long as it takes, each time after as long as it has waited already', () => {
  let row = putAside(undefined, { ...aside, counts: false }, 10_000);
  const nextAt: (number | null)[] = [row.nextAt];
  for (let attempt = 2; attempt <= 12; attempt += 1) {
    row = putAside(row, { ...aside, counts: false }, row.nextAt ?? 0);
    nextAt.push(row.nextAt);
  }
  deepEqual([row.attempts, row.dead, nextAt.slice(0, 4)], [0, false, [10_500, 11_000, 12_000, 14_000]]);
  deepEqual((nextAt.at(-1) ?? 0) - (nextAt.at(-2) ?? 0), 60_000);
});

test('after the limit it is a dead letter, which nobody tries again', () => {
  let row: ParkedRow | undefined;
  for (let attempt = 1; attempt < parkingLimit; attempt += 1) row = putAside(row, aside, attempt);
  deepEqual([row?.dead, row?.attempts], [false, 7]);
  row = putAside(row, aside, 8);
  deepEqual([row.dead, row.attempts, row.nextAt], [true, 8, null]);
});

test('what is hopeless is a dead letter at once, and stays one', () => {
  const row = putAside(undefined, { ...aside, hopeless: true }, 10);
  deepEqual([row.dead, row.attempts, row.nextAt], [true, 1, null]);
  deepEqual(putAside(row, aside, 20).dead, true);
});

test('what a database cannot hold does not keep it from being put aside', () => {
  const row = putAside(
    undefined,
    { ...aside, orderId: 'k\0', value: '\0\0 not json', reason: `half a pair: \ud800${'x'.repeat(2_000)}` },
    10,
  );
  deepEqual([row.orderId, row.message, row.reason.length, row.reason.isWellFormed()], ['k\uFFFD', '\uFFFD\uFFFD not json', 1_000, true]);
});
