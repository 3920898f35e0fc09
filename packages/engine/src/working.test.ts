import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { int, table, text } from './store.ts';
import { Working } from './working.ts';

const stock = table('stock', ['productId'], { productId: text, available: int });
const ledger = table('ledger', ['orderId', 'entry'], { orderId: text, entry: text, amount: int });
const desk = { productId: 'desk', available: 3 };

function loaded(): Working {
  const working = new Working();
  working.loaded(stock, [['desk'], ['yacht']], [desk]);
  return working;
}

test('what was asked for and did not come is absent', () => {
  const working = loaded();
  deepEqual(working.get(stock, ['desk']), desk);
  equal(working.get(stock, ['yacht']), undefined);
  deepEqual([working.has(stock, ['yacht']), working.has(stock, ['chair']), working.has(ledger, ['o', 'charge'])], [true, false, false]);
});

test('what was not asked for is a mistake, not an absent row', () => {
  throws(() => loaded().get(stock, ['chair']), /a decision reads stock chair, which its keys did not name/);
  throws(() => loaded().views({ stock })['stock']?.get('chair'), /its keys did not name/);
});

test('each decision sees what the one before it left', () => {
  const working = loaded();
  working.put(stock, { productId: 'desk', available: 2 });
  deepEqual(working.views({ stock })['stock']?.get('desk'), { productId: 'desk', available: 2 });
});

test('rows that were there are updated, others inserted, once each and as they are in the end, beside what they were; what was only read is not saved', () => {
  const working = loaded();
  working.loaded(ledger, [], []);
  working.put(stock, { productId: 'desk', available: 2 });
  working.put(stock, { productId: 'desk', available: 1 });
  working.put(stock, { productId: 'yacht', available: 9 });
  working.put(ledger, { orderId: 'o', entry: 'charge', amount: 5 });
  deepEqual(working.changes([ledger, stock]), [
    { table: ledger, insert: [{ orderId: 'o', entry: 'charge', amount: 5 }], update: [], before: [] },
    { table: stock, insert: [{ productId: 'yacht', available: 9 }], update: [{ productId: 'desk', available: 1 }], before: [desk] },
  ]);
  deepEqual(loaded().changes([ledger, stock]), []);
});

test('keys of several columns are told apart by all of them', () => {
  const working = new Working();
  working.put(ledger, { orderId: 'a', entry: 'bc', amount: 1 });
  working.put(ledger, { orderId: 'ab', entry: 'c', amount: 2 });
  equal(working.get(ledger, ['a', 'bc'])?.['amount'], 1);
  equal(working.get(ledger, ['ab', 'c'])?.['amount'], 2);
});
