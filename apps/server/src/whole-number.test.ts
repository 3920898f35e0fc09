import { equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { wholeNumber } from './whole-number.ts';

test('a whole number from the least on is taken, and all else refused in words', () => {
  equal(wholeNumber('seed', '1', 1), 1);
  equal(wholeNumber('seed', '0', 0), 0);
  equal(wholeNumber('seed', '999999999', 1), 999_999_999);
  for (const text of ['x', '0', '-1', '1.5', '1e3', '1000000000'])
    throws(() => wholeNumber('seed', text, 1), { message: `--seed is a whole number from 1, not ${text}` });
  throws(() => wholeNumber('seed', '', 1), { message: '--seed is a whole number from 1, not nothing' });
});
