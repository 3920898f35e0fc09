import { deepEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { oneMoreLine, wantedLine } from './product-argument.ts';

test('a product and how many of it', () => {
  deepEqual(wantedLine('keyboard:2'), { productId: 'keyboard', quantity: 2 });
  deepEqual(wantedLine('keyboard'), { productId: 'keyboard', quantity: 1 });
});

test('given twice it is two lines', () => {
  deepEqual(oneMoreLine('mouse', oneMoreLine('keyboard:2')), [
    { productId: 'keyboard', quantity: 2 },
    { productId: 'mouse', quantity: 1 },
  ]);
});

for (const text of [
  '',
  ':2',
  'keyboard:',
  'keyboard:two',
  'keyboard:-1',
  'keyboard:1.5',
  'keyboard:1:2',
  'a key:1',
  'keyboard:9999999999',
]) {
  test(`${JSON.stringify(text)} is refused with an example`, () => {
    throws(() => wantedLine(text), {
      code: 'commander.invalidArgument',
      message: 'Write a product and how many of it, in at most 9 digits: keyboard:2.',
    });
  });
}
