import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Cart, changed, type Items, left, put, shownTotal, takenOut } from './domain.ts';

const item = (productId: string, quantity: number, version: number) => ({ productId, quantity, version });
const cart = (version: number, ...items: Items): Cart => ({ customerId: 'ada', version, items });
const putIn =
  (productId: string, quantity: number) =>
  (items: Items, version: number): Items =>
    put(items, item(productId, quantity, version));
const takeOut = (productId: string) => (items: Items) => takenOut(items, productId);

test('what is put in is there, as often as was said last, and in its place', () => {
  deepEqual(changed(cart(0), 0, putIn('desk', 2)), cart(1, item('desk', 2, 1)));
  deepEqual(changed(cart(1, item('desk', 2, 1)), 0, putIn('pen', 3)), cart(2, item('desk', 2, 1), item('pen', 3, 2)));
  deepEqual(changed(cart(2, item('desk', 2, 1), item('pen', 3, 2)), 0, putIn('desk', 1)), cart(3, item('desk', 1, 3), item('pen', 3, 2)));
});

test('what is taken out is not', () => {
  deepEqual(changed(cart(2, item('desk', 2, 1), item('pen', 3, 2)), 0, takeOut('desk')), cart(3, item('pen', 3, 2)));
});

const shown = (price: number, currency = 'EUR') => ({ shown: { price, currency } });
const desk = (quantity: number, version: number, price: number, currency?: string) => ({
  ...item('desk', quantity, version),
  ...shown(price, currency),
});

test('what is put in again at another price is in it at that', () => {
  const before = cart(1, desk(2, 1, 39_900));
  equal(
    changed(before, 0, (items, version) => put(items, desk(2, version, 39_900))),
    null,
  );
  deepEqual(
    changed(before, 0, (items, version) => put(items, desk(2, version, 42_000))),
    cart(2, desk(2, 2, 42_000)),
  );
  deepEqual(
    changed(before, 0, (items, version) => put(items, desk(2, version, 39_900, 'USD'))),
    cart(2, desk(2, 2, 39_900, 'USD')),
  );
});

test('what the customer was shown that it costs is the sum, where it is one', () => {
  const pen = { ...item('pen', 3, 2), ...shown(120) };
  deepEqual(shownTotal([desk(2, 1, 39_900), pen]), { total: 80_160, currency: 'EUR' });
  equal(shownTotal([desk(2, 1, 39_900, 'USD'), pen]), null);
  equal(shownTotal([pen, item('lamp', 1, 3)]), null);
  equal(shownTotal([item('lamp', 1, 3), pen]), null);
  equal(shownTotal([]), null);
});

test('what changes nothing is no change', () => {
  equal(changed(cart(1, item('desk', 2, 1)), 0, putIn('desk', 2)), null);
  equal(changed(cart(1, item('desk', 2, 1)), 0, takeOut('pen')), null);
});

test('what was ordered is not in it any more; what was put in later is', () => {
  const items = [item('desk', 2, 1), item('pen', 3, 2), item('lamp', 1, 3)];
  deepEqual(left(items, 0), items);
  deepEqual(left(items, 2), [item('lamp', 1, 3)]);
  deepEqual(changed(cart(3, ...items), 2, putIn('desk', 2)), cart(4, item('lamp', 1, 3), item('desk', 2, 4)));
  deepEqual(changed(cart(3, ...items), 3, takeOut('pen')), null);
});

test('a cart that is older than what was ordered of it (restored from a backup) takes things all the same', () => {
  deepEqual(changed(cart(3, item('desk', 2, 3)), 7, putIn('pen', 1)), cart(8, item('pen', 1, 8)));
});

test('whatever is put in, taken out and ordered: it holds what was put in since, once each, and its version grows', () => {
  const product = fc.constantFrom('desk', 'pen', 'lamp');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), product, quantity: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('out' as const), product, quantity: fc.constant(0) }),
    fc.record({ kind: fc.constant('order' as const), product, quantity: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const expected = new Map<string, number>();
      let now = cart(0);
      let ordered = 0;
      for (const { kind, product: of, quantity } of steps) {
        if (kind === 'order') {
          ordered = now.version;
          expected.clear();
          continue;
        }
        const after = changed(now, ordered, kind === 'put' ? putIn(of, quantity) : takeOut(of));
        ok(after === null || after.version > now.version);
        now = after ?? now;
        if (kind === 'put') expected.set(of, quantity);
        else expected.delete(of);
      }
      const found = left(now.items, ordered).map(({ productId, quantity }) => [productId, quantity] as const);
      deepEqual(new Map(found), expected);
      equal(found.length, expected.size);
    }),
  );
});
