import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { cancelled, completed, created, declined, order, paid, validated } from '../fixtures/orders.ts';
import { paintIn } from './paint.ts';
import { after, atFirst, moment, timelineLine, timelineLines, verdict, waitWords } from './timeline.ts';

process.env['TZ'] = 'UTC';
const plain = paintIn(false);

test('a moment is that of whoever looks', () => {
  process.env['TZ'] = 'America/New_York';
  equal(moment('2026-11-22T02:01:24.999Z'), '2026-11-21 21:01:24');
  process.env['TZ'] = 'UTC';
});

test('a timeline tells when, who, which message, and what it changed', () => {
  deepEqual(timelineLines([created, validated, paid, completed], plain), [
    'time          who            message                   what changed',
    '10:15:01.005  order          OrderCreated              RUNNING, for demo, 2 × keyboard',
    '10:15:01.020  product        ProductsValidated         2 × keyboard at 79.00 EUR, total 158.00 EUR',
    '10:15:01.040  payment        PaymentCompleted          payment pay-1',
    '10:15:01.059  order          OrderCompleted            COMPLETED',
  ]);
});

test('what a message only repeats did not change', () => {
  deepEqual(timelineLines([created, declined, cancelled], plain).slice(2), [
    '10:15:01.040  payment        PaymentFailed             CANCELLING, declined-card was declined',
    '10:15:01.060  order          OrderCancelled            CANCELLED',
  ]);
});

test('the columns are as wide as the longest names, up to a limit, and a total without a currency is in minor units', () => {
  const entry = { ...created, by: 'order-orchestrator', message: 'payment-processed/PAYMENT_APPROVED', changed: { total: 15_800 } };
  const endless = { ...created, message: 'm'.repeat(60), changed: {} };
  deepEqual(timelineLines([created, entry, endless], plain), [
    'time          who                 message                                   what changed',
    '10:15:01.005  order               OrderCreated                              RUNNING, for demo, 2 × keyboard',
    '10:15:01.005  order-orchestrator  payment-processed/PAYMENT_APPROVED        total 15800 minor units',
    `10:15:01.005  order               ${'m'.repeat(60)}`,
  ]);
});

test('a total is in the currency that was told before it', () => {
  const told = { ...created, changed: { currency: 'EUR' } };
  equal(
    timelineLines([told, { ...created, changed: { total: 15_800 } }], plain)
      .at(-1)
      ?.endsWith('  total 158.00 EUR'),
    true,
  );
});

test('where a line is written before the next is known the columns grow, and stay so', () => {
  const long = { ...created, message: 'product-reservation-cancelled', changed: { reason: 'late' } };
  let before = atFirst([]);
  const lines = [created, long, paid].map((entry) => {
    const line = timelineLine(entry, before, plain);
    before = after(before, entry);
    return line;
  });
  deepEqual(lines, [
    '10:15:01.005  order          OrderCreated              RUNNING, for demo, 2 × keyboard',
    '10:15:01.005  order          product-reservation-cancelled  late',
    '10:15:01.040  payment        PaymentCompleted               payment pay-1',
  ]);
});

test('how it ended is one sentence', () => {
  equal(verdict(order('COMPLETED', { currency: null }), plain), 'COMPLETED after 54 ms: 15800 minor units paid');
  equal(verdict(order('COMPLETED'), plain), 'COMPLETED after 54 ms: 158.00 EUR paid');
  equal(
    verdict(order('CANCELLED', { reason: 'lamp is sold out', updatedAt: '2026-01-02T10:15:03.505Z' }), plain),
    'CANCELLED after 2.5 s: lamp is sold out',
  );
  equal(
    verdict(order('FAILED', { reason: 'payment.refund was given up' }), plain),
    'FAILED: payment.refund was given up; something could not be taken back, and a person is needed',
  );
});

test('where something is still owed to it the sentence says what, and why', () => {
  const sell = { operation: 'inventory.sell', service: 'inventory', reason: 'TypeError: a bug', since: '2026-01-02T10:16:05.000Z' };
  equal(
    verdict(order('FAILED', { problems: [sell] }), plain),
    'FAILED: inventory.sell is still owed: TypeError: a bug, and a person is needed',
  );
});

test('what is waited for says since when, and whether it is overdue', () => {
  const wait = { operation: 'payment.charge', service: 'payment', since: '2026-01-02T10:15:01.040Z', due: '2026-01-02T10:15:11.040Z' };
  equal(waitWords({ ...wait, overdue: true }, plain), 'for payment.charge since 10:15:01.040, overdue');
  equal(waitWords({ ...wait, overdue: false }, plain), 'for payment.charge since 10:15:01.040');
});

test('colours are there only where they were asked for', () => {
  equal(verdict(order('COMPLETED'), paintIn(true)), '\u001B[32mCOMPLETED\u001B[0m after 54 ms: 158.00 EUR paid');
  equal(verdict(order('CANCELLED', { statusWord: 'REJECTED' }), paintIn(true)), '\u001B[33mREJECTED\u001B[0m after 54 ms');
  equal(timelineLines([created], plain).join('').includes('\u001B'), false);
});
