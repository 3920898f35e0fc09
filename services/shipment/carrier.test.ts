import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '@ensemble/outside';
import { orderId } from '@ensemble/testkit/given';
import { carrier, carrierNotice, carrierPorts } from './carrier.ts';

const signal = new AbortController().signal;
const answering = (answer: Answer) => carrier({ put: async () => answer, get: async () => answer });
const schedule = {
  key: `${orderId}/shipment.schedule`,
  orderId,
  request: { customerId: 'ada', lines: [{ productId: 'desk', quantity: 1 }] },
};

test("what the carrier says of a parcel, in shipment's words", async () => {
  const said = (answer: Answer) => answering(answer).schedule.ask(schedule, signal);
  deepEqual(await said({ status: 'succeeded', reference: 'parcel-7' }), { says: 'scheduled', adds: { shipmentId: 'parcel-7' } });
  deepEqual(await said({ status: 'refused' }), { says: 'failed', adds: { reason: 'the carrier does not take the parcel' } });
  equal(await said({ status: 'pending' }), 'pending');
});

test('what it writes is a word, or that it has given up, or nothing that we know', () => {
  const about = (operation: string, status: 'succeeded' | 'refused' | 'failed', more = {}) =>
    carrierNotice({ key: `${orderId}/${operation}`, status, ...more });
  deepEqual(about('shipment.schedule', 'refused', { reason: 'too far' }), {
    orderId,
    operation: 'shipment.schedule',
    word: { says: 'failed', adds: { reason: 'too far' } },
  });
  deepEqual(about('shipment.cancel', 'succeeded'), { orderId, operation: 'shipment.cancel', word: { says: 'cancelled' } });
  const failed = (reason: string) => ({ orderId, operation: 'shipment.schedule', word: { says: 'failed', adds: { reason } } });
  deepEqual(about('shipment.schedule', 'failed', { reason: 'lost' }), {
    orderId,
    operation: 'shipment.fail',
    facts: { reason: 'lost' },
    otherwise: failed('lost'),
  });
  deepEqual(about('shipment.schedule', 'failed'), {
    orderId,
    operation: 'shipment.fail',
    facts: {},
    otherwise: failed('the carrier could not deliver the parcel'),
  });
  for (const nothing of [
    about('shipment.cancel', 'failed'),
    about('payment.charge', 'succeeded'),
    carrierNotice({ key: '', status: 'failed' }),
  ])
    equal(nothing, null);
});

test('each operation that asks outside has its port', () => {
  deepEqual(Object.keys(carrierPorts(answering({ status: 'pending' }))), ['shipment.schedule', 'shipment.cancel']);
});
