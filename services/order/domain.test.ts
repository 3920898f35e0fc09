import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { given, orderId, recorded } from '@ensemble/testkit/given';
import { domain } from './domain.ts';
import { tables } from './tables.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const open = { pricedLines: null, total: null, currency: null, paymentId: null };
const placed = recorded(tables.record, { customerId: 'ada', lines: [line('desk')], paymentMethod: 'wallet', ...open });

test('an order is taken as it was placed', () => {
  const lines = [line('desk', 2), line('chair', 9_998)];
  deepEqual(given(tables, {}).when(domain.create, { orderId, customerId: 'ada', lines, paymentMethod: 'wallet' }), {
    says: 'created',
    record: { customerId: 'ada', lines, paymentMethod: 'wallet', total: null, currency: null },
  });
});

test('an order is taken without a payment method', () => {
  deepEqual(given(tables, {}).when(domain.create, { orderId, customerId: 'ada', lines: [line('desk')] }), {
    says: 'created',
    record: { customerId: 'ada', lines: [line('desk')], paymentMethod: null, total: null, currency: null },
  });
});

test('an order is taken with what it costs, where that is known', () => {
  const cost = { total: 39_900, currency: 'EUR' };
  deepEqual(given(tables, {}).when(domain.create, { orderId, customerId: 'ada', lines: [line('desk')], ...cost }), {
    says: 'created',
    record: { customerId: 'ada', lines: [line('desk')], paymentMethod: null, ...cost },
  });
});

test('an order whose cost was known keeps it when it is completed', () => {
  const cost = { total: 39_900, currency: 'EUR' };
  deepEqual(given(tables, { record: { ...placed, ...cost } }).when(domain.complete, { orderId }), {
    says: 'completed',
    record: { ...open, ...cost },
  });
});

test('a product on two lines is refused: which of the two was meant?', () => {
  deepEqual(given(tables, {}).when(domain.create, { orderId, customerId: 'ada', lines: [line('desk'), line('chair'), line('desk', 3)] }), {
    says: 'refused',
    adds: { reason: 'desk is on more than one line' },
  });
});

test('more pieces than one order may hold are refused', () => {
  deepEqual(given(tables, {}).when(domain.create, { orderId, customerId: 'ada', lines: [line('desk', 2), line('chair', 9_999)] }), {
    says: 'refused',
    adds: { reason: '10001 pieces are more than the 10000 that one order may hold' },
  });
});

test('an order is completed with what it cost', () => {
  const known = { pricedLines: [{ ...line('desk'), name: 'Desk', price: 39_900 }], total: 39_900, currency: 'EUR', paymentId: 'pay-1' };
  deepEqual(given(tables, { record: placed }).when(domain.complete, { orderId, ...known }), { says: 'completed', record: known });
});

test('an order is completed where a flow does not say what it cost', () => {
  deepEqual(given(tables, { record: placed }).when(domain.complete, { orderId }), { says: 'completed', record: open });
});

test('an order is cancelled and keeps what it knew', () => {
  deepEqual(given(tables, { record: placed }).when(domain.cancel, { orderId }), { says: 'cancelled' });
});

test('a cancelled order is settled by whichever of stock, money and parcel comes last', () => {
  const answer = { outcome: 'open', at: 1, adds: {} };
  const after = (...verbs: readonly string[]) =>
    given(tables, { record: { ...placed, state: 'undone', answers: Object.fromEntries(verbs.map((verb) => [verb, answer])) } });
  deepEqual(after('cancel').when(domain.settleStock, { orderId }), { says: 'open' });
  deepEqual(after('cancel', 'settleStock').when(domain.settleMoney, { orderId }), { says: 'open' });
  deepEqual(after('cancel', 'settleStock', 'settleMoney').when(domain.settleParcel, { orderId }), { says: 'settled' });
  deepEqual(after('cancel', 'settleStock', 'settleParcel').when(domain.settleMoney, { orderId }), { says: 'settled' });
  deepEqual(after('cancel', 'settleMoney', 'settleParcel').when(domain.settleStock, { orderId }), { says: 'settled' });
});
