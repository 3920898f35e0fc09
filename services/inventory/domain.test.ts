import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { given, orderId, recorded, saved } from '@ensemble/testkit/given';
import * as fc from 'fast-check';
import { demo } from './demo.ts';
import { domain } from './domain.ts';
import { keys, tables } from './tables.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const pile = (productId: string, available: number, held = 0, sold = 0) => ({
  productId,
  stocked: available + held + sold,
  available,
  held,
  sold,
});

test('a reservation holds each line', () => {
  const lines = [line('desk', 3), line('chair', 1)];
  deepEqual(given(tables, { stock: [pile('desk', 3), pile('chair', 5, 1, 2)] }).when(domain.reserve, { orderId, lines }), {
    says: 'reserved',
    rows: { stock: [pile('desk', 0, 3), pile('chair', 4, 2, 2)] },
    record: { lines },
  });
});

test('one short line refuses them all, and nothing is held', () => {
  const lines = [line('desk'), line('chair', 2)];
  deepEqual(given(tables, { stock: [pile('desk', 3), pile('chair', 1, 5, 5)] }).when(domain.reserve, { orderId, lines }), {
    says: 'unavailable',
    adds: { reason: 'not enough of chair: 2 wanted, 1 available', productId: 'chair' },
  });
});

test('an unknown product is unavailable', () => {
  deepEqual(given(tables, { stock: [] }).when(domain.reserve, { orderId, lines: [line('yacht')] }), {
    says: 'unavailable',
    adds: { reason: 'unknown product yacht', productId: 'yacht' },
  });
});

test('two lines of one product are one quantity: held once, or refused where only one of them would fit', () => {
  const lines = [line('desk', 2), line('desk', 2)];
  deepEqual(given(tables, { stock: [pile('desk', 4)] }).when(domain.reserve, { orderId, lines }).rows, { stock: [pile('desk', 0, 4)] });
  deepEqual(given(tables, { stock: [pile('desk', 3)] }).when(domain.reserve, { orderId, lines }), {
    says: 'unavailable',
    adds: { reason: 'not enough of desk: 4 wanted, 3 available', productId: 'desk' },
  });
});

const price = (productId: string, amount: number, currency = 'EUR') => ({ productId, price: amount, currency, version: 1 });

describe('an order that says what it costs', () => {
  const stock = [pile('desk', 9), pile('pen', 9), pile('import', 9), pile('new', 9)];
  const shop = given(tables, { stock, prices: [price('desk', 39_900), price('pen', 120), price('import', 100, 'USD')] });
  const reserve = (lines: readonly ReturnType<typeof line>[], total: number, currency?: string) =>
    shop.when(domain.reserve, { orderId, lines: [...lines], total, ...(currency === undefined ? {} : { currency }) });
  const unavailable = (productId: string, reason: string) => ({ says: 'unavailable', adds: { reason, productId } });

  test('is reserved where it costs that', () => {
    deepEqual(reserve([line('desk', 2), line('pen', 3)], 80_160, 'EUR').says, 'reserved');
    deepEqual(reserve([line('import')], 100).says, 'reserved');
  });

  for (const [what, lines, total, currency, productId, reason] of [
    [
      'less',
      [line('desk', 2), line('pen', 3)],
      80_159,
      'EUR',
      'desk',
      'the total does not match: the order says 80159, the prices say 80160',
    ],
    ['more', [line('pen', 3)], 361, undefined, 'pen', 'the total does not match: the order says 361, the prices say 360'],
    ['it in another currency', [line('pen')], 120, 'USD', 'pen', 'pen is priced in EUR, not USD'],
    ['a sum of two currencies', [line('pen'), line('import')], 220, undefined, 'import', 'import is priced in USD, not EUR'],
    ['another currency than that of a price that is known', [line('new'), line('pen')], 1, 'USD', 'pen', 'pen is priced in EUR, not USD'],
  ] as const) {
    test(`waits where it says ${what}, for the price may be older than the order, and is refused for it at last`, () => {
      deepEqual(reserve(lines, total, currency), { notYet: reason, atLast: unavailable(productId, reason) });
    });
  }

  test('waits for the price of what is in stock, and is not refused for it', () => {
    const notYet = { notYet: 'the price of new has not been told here yet' };
    deepEqual(reserve([line('new')], 0, 'EUR'), notYet);
    deepEqual(reserve([line('pen'), line('new')], 120, 'EUR'), notYet);
    deepEqual(reserve([line('new'), line('pen')], 120), notYet);
  });

  test('does not wait for a price where there is no such product, or not enough of it', () => {
    deepEqual(reserve([line('yacht')], 1), unavailable('yacht', 'unknown product yacht'));
    deepEqual(reserve([line('new', 10)], 1), unavailable('new', 'not enough of new: 10 wanted, 9 available'));
  });

  test('is refused for the stock first, where both are wrong', () => {
    deepEqual(reserve([line('desk', 10)], 1), unavailable('desk', 'not enough of desk: 10 wanted, 9 available'));
  });

  test('has the prices of its products looked up, until it has been answered; one that does not say has none', () => {
    const none = { get: () => undefined };
    const view = { stock: none, prices: none };
    const lines = [line('desk'), line('pen')];
    deepEqual(keys.prices?.({ orderId, lines, total: 1 }, { ...view, record: undefined }), [['desk'], ['pen']]);
    deepEqual(keys.prices?.({ orderId, lines, total: 1 }, { ...view, record: held }), []);
    deepEqual(keys.prices?.({ orderId, lines }, { ...view, record: undefined }), []);
  });
});

const held = recorded(tables.record, { lines: [line('desk', 2)] });
const sold = recorded(tables.record, { lines: [line('desk', 2)] }, { answers: { sell: { outcome: 'sold', at: 0, adds: {} } } });

test('what is held is given back', () => {
  deepEqual(given(tables, { stock: [pile('desk', 1, 3, 4)], record: held }).when(domain.release, { orderId }), {
    says: 'released',
    rows: { stock: [pile('desk', 3, 1, 4)] },
  });
});

test('what is held is sold', () => {
  deepEqual(given(tables, { stock: [pile('desk', 1, 3, 4)], record: held }).when(domain.sell, { orderId }), {
    says: 'sold',
    rows: { stock: [pile('desk', 1, 1, 6)] },
  });
});

test('what was sold can be taken back too', () => {
  deepEqual(given(tables, { stock: [pile('desk', 1, 3, 4)], record: sold }).when(domain.release, { orderId }), {
    says: 'released',
    rows: { stock: [pile('desk', 3, 3, 2)] },
  });
});

test('what is held is never lost with its row', () => {
  throws(() => given(tables, { stock: [], record: held }).when(domain.release, { orderId }), /the stock of desk is gone/);
});

test('it locks the products that were reserved, or that are asked for', () => {
  const none = { get: () => undefined };
  const view = { stock: none, prices: none };
  deepEqual(keys.stock?.({ orderId, lines: [line('chair'), line('pen')] }, { ...view, record: undefined }), [['chair'], ['pen']]);
  deepEqual(keys.stock?.({ orderId }, { ...view, record: held }), [['desk']]);
  deepEqual(keys.stock?.({ orderId }, { ...view, record: undefined }), []);
});

test('whatever is reserved, sold and released: the piles sum to what was put in, none is below zero, and held is what is open', () => {
  const product = fc.constantFrom('desk', 'chair', 'pen');
  const order = fc.record({
    lines: fc.array(fc.record({ productId: product, quantity: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 4 }),
    after: fc.constantFrom([], ['sell'], ['release'], ['sell', 'release'] as const),
  });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 20 }), (orders) => {
      let stock = [pile('desk', 10), pile('chair', 6), pile('pen', 0)];
      const open: { productId: string; quantity: number }[] = [];
      for (const { lines, after } of orders) {
        const reserve = given(tables, { stock }).when(domain.reserve, { orderId, lines });
        stock = saved(tables.stock, stock, reserve.rows?.stock);
        if (reserve.says === 'unavailable') continue;
        let answers = {};
        for (const verb of after) {
          const reserved = given(tables, { stock, record: recorded(tables.record, { lines }, { answers }) });
          const decided = verb === 'sell' ? reserved.when(domain.sell, { orderId }) : reserved.when(domain.release, { orderId });
          stock = saved(tables.stock, stock, decided.rows?.stock);
          answers = { ...answers, [verb]: { outcome: decided.says, at: 0, adds: {} } };
        }
        if (after.length === 0) open.push(...lines);
      }
      for (const { productId, stocked, available, held, sold } of stock) {
        equal(available + held + sold, stocked);
        ok(Math.min(available, held, sold) >= 0);
        const opened = open.filter((line) => line.productId === productId).reduce((sum, { quantity }) => sum + quantity, 0);
        equal(held, opened);
      }
    }),
  );
});

test('the demo shop has plenty, little and nothing', () => {
  const said = (productId: string, quantity: number) =>
    given(tables, demo).when(domain.reserve, { orderId, lines: [line(productId, quantity)] }).says;
  deepEqual(
    [said('keyboard', 100), said('webcam', 3), said('webcam', 4), said('lamp', 1)],
    ['reserved', 'reserved', 'unavailable', 'unavailable'],
  );
});
