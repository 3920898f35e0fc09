import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { squeezed, unsqueezed } from './squeeze.ts';

test('what is long takes little room, and is there again letter by letter', () => {
  const long = JSON.stringify(Array.from({ length: 500 }, (_, n) => ({ n, name: 'für zwei \u{1F381}', odd: '\ud800' })));
  const kept = squeezed(long);
  ok(kept.length < long.length / 4, `${kept.length} of ${long.length} characters`);
  equal(unsqueezed(kept), long);
});

test('what is short stays readable', () => {
  equal(squeezed('["a"]'), '["a"]');
  equal(unsqueezed('["a"]'), '["a"]');
});
