import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { beside, ordersPerSecond } from './beside.ts';

test('the number of a line', () => {
  const lines = ['kafka, 256 in flight: 4400 orders/s, p50 7', '4,321.5 orders/s', 'no figure', '0 orders/s', 'x orders/s'];
  deepEqual(lines.map(ordersPerSecond), [4_400, 4_321.5, null, null, null]);
});

test('the last line counts', async () => {
  const result = await beside(`echo '9 orders/s'; echo 'so 2,000 orders/s it is'; echo`, 1_500);
  deepEqual(result, { line: 'so 2,000 orders/s it is', ordersPerSecond: 2_000, ratio: 0.75 });
});

test('one that fails has no ratio', async () => {
  deepEqual(await beside(`echo '9 orders/s'; exit 3`, 1_500), { line: 'it ended with 3: 9 orders/s', ordersPerSecond: null, ratio: null });
});
