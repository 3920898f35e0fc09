import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { given, orderId, recorded } from '@ensemble/testkit/given';
import { domain } from './domain.ts';
import { tables } from './tables.ts';

const line = (productId: string, quantity = 1) => ({ productId, quantity });
const parcel = recorded(tables.record, { customerId: 'ada', lines: [line('desk')], shipmentId: `ship-${orderId}` });

test('what fits into a parcel is sent, under one id however often it is asked', () => {
  const lines = [line('mouse', 60), line('keyboard', 40)];
  const shipmentId = `ship-${orderId}`;
  deepEqual(given(tables, {}).when(domain.schedule, { orderId, customerId: 'ada', lines }), {
    says: 'scheduled',
    adds: { shipmentId },
    record: { customerId: 'ada', lines, shipmentId },
  });
});

test('more does not', () => {
  deepEqual(given(tables, {}).when(domain.schedule, { orderId, customerId: 'ada', lines: [line('mouse', 60), line('keyboard', 41)] }), {
    says: 'failed',
    adds: { reason: '101 pieces do not fit into a parcel of 100' },
  });
});

test('a parcel is called off', () => {
  deepEqual(given(tables, { record: parcel }).when(domain.cancel, { orderId }), { says: 'cancelled' });
});

test('a parcel that could not be delivered: why, where the carrier says it', () => {
  const fails = given(tables, { record: parcel });
  deepEqual(fails.when(domain.fail, { orderId, reason: 'nobody was at home' }), { says: 'failed', adds: { reason: 'nobody was at home' } });
  deepEqual(fails.when(domain.fail, { orderId }), { says: 'failed', adds: { reason: 'the parcel could not be delivered' } });
});
