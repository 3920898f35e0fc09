import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Amount } from '@ensemble/flow';
import { given, orderId } from '@ensemble/testkit/given';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { demo } from './demo.ts';
import { domain } from './domain.ts';
import { keys, tables } from './tables.ts';

const product = (productId: string, price: number, more = {}) => ({
  productId,
  name: productId.toUpperCase(),
  description: '',
  price,
  currency: 'EUR',
  active: true,
  version: 1,
  ...more,
});
const line = (productId: string, quantity = 1) => ({ productId, quantity });
const shop = given(tables, {
  products: [
    product('desk', 39_900),
    product('pen', 0),
    product('fax', 100, { active: false }),
    product('import', 100, { currency: 'USD' }),
    product('palace', 9_000_000_000_000),
  ],
});
const validate = (...lines: ReturnType<typeof line>[]) => shop.when(domain.validate, { orderId, lines });

test('each line is priced, in the order of the order', () => {
  deepEqual(validate(line('pen', 3), line('desk', 2)), {
    says: 'valid',
    adds: {
      pricedLines: [
        { productId: 'pen', quantity: 3, name: 'PEN', price: 0 },
        { productId: 'desk', quantity: 2, name: 'DESK', price: 39_900 },
      ],
      total: 79_800,
      currency: 'EUR',
    },
  });
});

const invalid = (productId: string, reason: string) => ({ says: 'invalid', adds: { reason, productId } });

test('an unknown product is refused, the first one by name', () => {
  deepEqual(validate(line('desk'), line('yacht'), line('moon')), invalid('yacht', 'unknown product yacht'));
});

test('a product that is not for sale is refused', () => {
  deepEqual(validate(line('desk'), line('fax')), invalid('fax', 'fax is not for sale'));
});

test('two currencies in one order are refused', () => {
  deepEqual(validate(line('pen'), line('import')), invalid('import', 'import is priced in USD, not EUR'));
});

test('a total past the largest amount is refused, at the line where it passes', () => {
  deepEqual(validate(line('palace')).says, 'valid');
  deepEqual(validate(line('palace'), line('desk')), invalid('desk', 'with desk the total is more than one order may cost'));
  deepEqual(validate(line('palace', 10_000)), invalid('palace', 'with palace the total is more than one order may cost'));
});

describe('an order whose customer was shown what it costs', () => {
  const lines = [line('desk', 2), line('pen')];
  const shown = (shownTotal?: number, shownCurrency?: string) =>
    shop.when(domain.validate, {
      orderId,
      lines,
      ...(shownTotal === undefined ? {} : { shownTotal }),
      ...(shownCurrency === undefined ? {} : { shownCurrency }),
    });

  test('is priced where it costs that', () => {
    for (const each of [shown(79_800, 'EUR'), shown(79_800), shown(undefined, 'EUR')]) deepEqual(each, validate(...lines));
  });

  for (const [what, total, currency, before] of [
    ['less', 79_799, 'EUR', '79799 EUR'],
    ['more', 79_801, 'EUR', '79801 EUR'],
    ['another currency', 79_800, 'USD', '79800 USD'],
    ['another total, and no currency', 79_799, undefined, '79799 EUR'],
    ['another currency, and no total', undefined, 'USD', '79800 USD'],
  ] as const)
    test(`is refused where it was ${what}`, () => {
      const reason = `the price has changed: the order costs 79800 EUR now, in minor units, and the customer was shown ${before}`;
      deepEqual(shown(total, currency), invalid('desk', reason));
    });

  test('is refused for its products first', () => {
    const decided = shop.when(domain.validate, { orderId, lines: [line('desk'), line('yacht')], shownTotal: 1 });
    deepEqual(decided, invalid('yacht', 'unknown product yacht'));
  });
});

test('the largest total is the largest Amount', () => {
  deepEqual([Check(Amount, 9_000_000_000_000), Check(Amount, 9_000_000_000_001)], [true, false]);
});

test('the total is the sum of the lines, exactly, or the order is refused', () => {
  const priced = fc.array(fc.record({ price: fc.nat(9_000_000_000_000), quantity: fc.integer({ min: 1, max: 10_000 }) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(priced, (items) => {
      const products = items.map(({ price }, at) => product(`p${at}`, price));
      const lines = items.map(({ quantity }, at) => line(`p${at}`, quantity));
      const decision = given(tables, { products }).when(domain.validate, { orderId, lines });
      const total = items.reduce((sum, { price, quantity }) => sum + BigInt(price) * BigInt(quantity), 0n);
      if (decision.says === 'valid') equal(BigInt(decision.adds.total), total);
      else ok(total > 9_000_000_000_000n);
    }),
  );
});

test('it reads the products that the order names, and locks none', () => {
  const none = { get: () => undefined };
  const view = { products: none, changing: none, record: undefined };
  deepEqual(keys.products?.({ orderId, lines: [line('desk'), line('pen')] }, view), [['desk'], ['pen']]);
});

test('every product of the demo shop can be ordered', () => {
  const lines = demo.products.map(({ productId }) => line(productId));
  equal(given(tables, demo).when(domain.validate, { orderId, lines }).says, 'valid');
});
