import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, RowOf } from '@ensemble/engine';
import type { OrderStatus } from '@ensemble/flow';
import { given, orderId } from '@ensemble/testkit/given';
import * as fc from 'fast-check';
import { domain } from './domain.ts';
import { keys, tables } from './tables.ts';

type Order = RowOf<typeof tables.orders>;

const said = (message: string, rank: number, status: OrderStatus, facts: Entry['facts'] = {}): Entry => ({
  orderId,
  flow: 'create-order',
  named: true,
  sure: true,
  message,
  by: 'someone',
  at: 1_000 + rank,
  rank,
  status,
  facts,
  leads: [],
  settles: [],
});

const line = { productId: 'desk', quantity: 2 };
const priced = { ...line, name: 'Desk', price: 200 };
const created = said('OrderCreated', 1, 'RUNNING', { customerId: 'ada', lines: [line], address: 'Analytical Street 1' });
const validated = said('ProductsValidated', 2, 'RUNNING', { pricedLines: [priced], total: 400, currency: 'EUR' });
const paid = said('PaymentCompleted', 3, 'RUNNING', { paymentId: 'pay-1' });
const completed = said('OrderCompleted', 4, 'COMPLETED');
const declined = said('PaymentFailed', 3, 'CANCELLING', { reason: 'not enough money in the account' });
const cancelled = said('OrderCancelled', 9, 'CANCELLED');

/** The row that is left when these arrive, one after the other. */
const after = (...entries: readonly Entry[]): Order | undefined =>
  entries.reduce<Order | undefined>((order, entry) => {
    const { rows } = given(tables, { orders: order ? [order] : [] }).when(domain.record, entry);
    return rows?.orders?.[0] ?? order;
  }, undefined);

const changed = ({ message, by, at, rank, status }: Entry, facts: object) => ({ message, by, at, rank, status, changed: facts });

test('a message that names no flow is of the flow that the order is of', () => {
  const taken = said('OrderCreated', 1, 'RUNNING');
  const foreign = { ...said('PaymentFailed', 2, 'CANCELLING'), named: false };
  deepEqual(after(taken, { ...foreign, flow: 'another-flow' }), after(taken));
  equal(after(taken, foreign)?.status, 'CANCELLING');
});

test('one that may be of several waits for a row of its order', () => {
  const foreign = { ...said('OrderCreated', 1, 'RUNNING'), named: false, sure: false };
  deepEqual(given(tables, { orders: [] }).when(domain.record, foreign), { waits: true });
  equal(after(validated, foreign)?.timeline.length, 2);
});

test('the first message makes the row, and an address stays out of it', () => {
  deepEqual(given(tables, { orders: [] }).when(domain.record, created), {
    rows: {
      orders: [
        {
          orderId,
          flow: 'create-order',
          status: 'RUNNING',
          customerId: 'ada',
          lines: [line],
          total: null,
          currency: null,
          paymentId: null,
          reason: null,
          timeline: [changed(created, { customerId: 'ada', lines: [line] })],
          archived: null,
          createdAt: 1_001,
          updatedAt: 1_001,
        },
      ],
    },
  });
});

test('a message that is there already changes nothing', () => {
  const order = after(created);
  deepEqual(given(tables, { orders: order ? [order] : [] }).when(domain.record, created), {});
});

test('of a message that is said again the first saying counts, whichever comes first', () => {
  const again = { ...created, at: created.at + 5_000 };
  deepEqual(after(again, created), after(created));
  deepEqual(after(created, again), after(created));
});

test('the messages of a completed order make its history, sorted by their place in the flow', () => {
  deepEqual(after(completed, validated, created, paid), {
    orderId,
    flow: 'create-order',
    status: 'COMPLETED',
    customerId: 'ada',
    lines: [priced],
    total: 400,
    currency: 'EUR',
    paymentId: 'pay-1',
    reason: null,
    timeline: [
      changed(created, { customerId: 'ada', lines: [line] }),
      changed(validated, validated.facts),
      changed(paid, paid.facts),
      changed(completed, {}),
    ],
    archived: null,
    createdAt: 1_001,
    updatedAt: 1_004,
  });
});

test('a cancelled order says why', () => {
  const order = after(created, validated, declined, cancelled);
  deepEqual([order?.status, order?.reason], ['CANCELLED', 'not enough money in the account']);
});

test('a cancel that came too late is no reason of what completed', () => {
  const asked = said('CancelOrderRequested', 8, 'RUNNING', { reason: 'cancelled by the customer' });
  const orders = [after(created, asked), after(created, asked, completed), after(created, completed, asked)];
  deepEqual(
    orders.map((order) => [order?.status, order?.reason]),
    [
      ['RUNNING', 'cancelled by the customer'],
      ['COMPLETED', null],
      ['COMPLETED', null],
    ],
  );
});

test('an order goes forward and never back, whatever comes late', () => {
  const status = (...entries: Entry[]) => after(...entries)?.status;
  equal(status(said('OrderAccepted', 0, 'ACCEPTED')), 'ACCEPTED');
  equal(status(created, said('OrderAccepted', 0, 'ACCEPTED')), 'RUNNING');
  equal(status(completed, paid), 'COMPLETED');
  equal(status(completed, declined), 'CANCELLING');
  equal(status(declined, said('OrderFailed', 8, 'FAILED'), said('InventoryReleased', 7, 'CANCELLING')), 'FAILED');
  equal(status(cancelled, said('OrderFailed', 8, 'FAILED'), completed, declined), 'CANCELLED');
});

test('messages of one place are sorted by time, those of one time by name', () => {
  const [a, b, c] = [said('A', 1, 'RUNNING'), { ...said('B', 1, 'RUNNING'), at: 5 }, { ...said('C', 1, 'RUNNING'), at: 5 }];
  deepEqual(
    after(a, c, b)?.timeline.map(({ message }) => message),
    ['B', 'C', 'A'],
  );
});

test('any order and any repetition of the messages makes the same row', () => {
  const facts = fc.record(
    {
      customerId: fc.constantFrom('ada', 'grace'),
      lines: fc.constantFrom([line], [priced]),
      pricedLines: fc.constant([priced]),
      total: fc.nat(3),
      reason: fc.constantFrom('this', 'that'),
      paymentId: fc.string(),
      note: fc.string(),
    },
    { requiredKeys: [] },
  );
  const entry = fc.record({
    message: fc.constantFrom('A', 'B'),
    rank: fc.nat(3),
    at: fc.nat(3),
    status: fc.constantFrom<OrderStatus>('ACCEPTED', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'),
    facts,
  });
  const arrivals = fc
    .array(entry, { minLength: 1, maxLength: 8 })
    .map((entries) =>
      entries.map(
        (each, at): Entry => ({
          ...each,
          message: `${each.message}${at}`,
          orderId,
          flow: 'f',
          named: true,
          sure: true,
          by: 's',
          leads: [],
          settles: [],
        }),
      ),
    )
    .chain((entries) => {
      const again = fc.subarray(entries);
      const shuffled = again.chain((more) => fc.shuffledSubarray([...entries, ...more], { minLength: entries.length + more.length }));
      return fc.tuple(fc.constant(entries), shuffled);
    });
  fc.assert(fc.property(arrivals, ([entries, arrived]) => deepEqual(after(...arrived), after(...entries))));
});

test('it keeps one row an order', () => {
  deepEqual(keys.orders?.({ orderId }, { orders: { get: () => undefined }, record: undefined }), [[orderId]]);
});

test('what is archived is what the order came to, whatever arrived after its end', () => {
  const archiving = (order: Order | undefined, entry: Entry): Order | undefined =>
    given(tables, { orders: order ? [order] : [] }).when(domain.archive, entry).rows?.orders?.[0];
  const early = archiving(undefined, completed);
  deepEqual([early?.archived?.status, early?.archived?.total], ['COMPLETED', null]);
  const late = given(tables, { orders: early ? [early] : [] }).when(domain.record, validated).rows?.orders?.[0];
  const bought = { lines: [priced], total: 400, currency: 'EUR', paymentId: null, reason: null };
  deepEqual(late?.archived, { status: 'COMPLETED', ...bought, at: 1_004 });
  deepEqual(archiving(late, cancelled)?.archived, { status: 'CANCELLED', ...bought, at: 1_009 });
  deepEqual(after(created, completed)?.archived, null);
});
