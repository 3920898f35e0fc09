import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { given, orderId, recorded } from '@ensemble/testkit/given';
import { domain, hears } from './domain.ts';
import { tables } from './tables.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const parcel = recorded(tables.record, { customerId: 'ada', lines: [line('desk')], shipmentId: `ship-${orderId}` });

test('for what fits into a parcel the carrier is asked', () => {
  const lines = [line('mouse', 60), line('keyboard', 40)];
  deepEqual(given(tables, {}).when(domain.schedule, { orderId, customerId: 'ada', lines }), {
    asks: { customerId: 'ada', lines },
    record: { customerId: 'ada', lines },
  });
});

test("a parcel has the carrier's id, once the carrier has taken it", () => {
  const record = recorded(tables.record, { customerId: 'ada', lines: [line('desk')], shipmentId: null }, { state: 'waiting' });
  const asked = given(tables, { record });
  deepEqual(asked.when(hears.schedule, { says: 'scheduled', adds: { shipmentId: 'parcel-7' } }), { record: { shipmentId: 'parcel-7' } });
  deepEqual(asked.when(hears.schedule, { says: 'failed', adds: { reason: 'nobody drives there' } }), {});
});

test('more does not', () => {
  deepEqual(given(tables, {}).when(domain.schedule, { orderId, customerId: 'ada', lines: [line('mouse', 60), line('keyboard', 41)] }), {
    says: 'failed',
    adds: { reason: '101 pieces do not fit into a parcel of 100' },
  });
});

test('the carrier is asked to call a parcel off, by its own id', () => {
  const called = given(tables, { record: parcel });
  deepEqual(called.when(domain.cancel, { orderId }), { asks: { shipmentId: `ship-${orderId}` } });
  deepEqual(called.when(hears.cancel, { says: 'cancelled' }), {});
});

test('a parcel that the carrier gave up itself is cancelled without asking', () => {
  const givenUp = recorded(tables.record, parcel, { answers: { fail: { outcome: 'failed', at: 0, adds: {} } } });
  deepEqual(given(tables, { record: givenUp }).when(domain.cancel, { orderId }), { says: 'cancelled' });
});

test('a parcel that could not be delivered: why, where the carrier says it', () => {
  const fails = given(tables, { record: parcel });
  deepEqual(fails.when(domain.fail, { orderId, reason: 'nobody was at home' }), { says: 'failed', adds: { reason: 'nobody was at home' } });
  deepEqual(fails.when(domain.fail, { orderId }), { says: 'failed', adds: { reason: 'the parcel could not be delivered' } });
});
