import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '@ensemble/outside';
import { orderId } from '@ensemble/testkit/given';
import { paymentNotice, paymentPorts, paymentProvider } from './provider.ts';

const signal = new AbortController().signal;
const answering = (answer: Answer) => paymentProvider({ put: async () => answer, get: async () => answer });
const charge = { key: `${orderId}/payment.charge`, orderId, request: { customerId: 'ada', card: 'visa', amount: 400, currency: 'EUR' } };

test("what the provider says of a charge, in payment's words", async () => {
  const said = (answer: Answer) => answering(answer).charge.ask(charge, signal);
  deepEqual(await said({ status: 'succeeded', reference: 'charge-7' }), { says: 'paid', adds: { paymentId: 'charge-7' } });
  deepEqual(await said({ status: 'refused', reason: 'no money' }), { says: 'declined', adds: { reason: 'no money' } });
  deepEqual(await said({ status: 'refused' }), { says: 'declined', adds: { reason: 'the card was declined' } });
  equal(await said({ status: 'pending' }), 'pending');
});

test('what it writes is a word on a charge or a refund, or nothing that we know', () => {
  const about = (operation: string, status: 'succeeded' | 'refused' | 'failed', reference?: string) =>
    paymentNotice({ key: `${orderId}/${operation}`, status, ...(reference === undefined ? {} : { reference }) });
  deepEqual(about('payment.charge', 'succeeded', 'charge-7'), {
    orderId,
    operation: 'payment.charge',
    word: { says: 'paid', adds: { paymentId: 'charge-7' } },
  });
  deepEqual(about('payment.charge', 'failed'), {
    orderId,
    operation: 'payment.charge',
    word: { says: 'declined', adds: { reason: 'the card was declined' } },
  });
  deepEqual(about('payment.refund', 'succeeded'), { orderId, operation: 'payment.refund', word: { says: 'refunded' } });
  for (const nothing of [
    about('payment.charge', 'succeeded'),
    about('payment.refund', 'refused'),
    about('payment.refund', 'failed'),
    about('shipment.schedule', 'succeeded', 'parcel-7'),
    paymentNotice({ key: 'somebody else', status: 'succeeded' }),
  ])
    equal(nothing, null);
});

test('each operation that asks outside has its port', () => {
  deepEqual(Object.keys(paymentPorts(answering({ status: 'pending' }))), ['payment.charge', 'payment.refund']);
});
