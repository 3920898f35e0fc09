import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry, Lead, RowOf } from '@ensemble/engine';
import type { OrderStatus } from '@ensemble/flow';
import { given, orderId } from '@ensemble/testkit/given';
import * as fc from 'fast-check';
import { awaitedOf, domain, waitsFor } from './domain.ts';
import { keys, tables } from './tables.ts';

type Order = RowOf<typeof tables.orders>;

const said = (message: string, at: number, status: OrderStatus, ...leads: readonly Lead[]): Entry => ({
  orderId,
  flow: 'a-flow',
  named: true,
  sure: true,
  message,
  by: 'someone',
  at,
  rank: 0,
  status,
  facts: {},
  leads,
  settles: [],
});
const lead = (operation: string, settledBy: readonly string[], more: Partial<Lead> = {}): Lead => ({
  operation,
  participant: operation.split('.')[0] ?? '',
  settledBy,
  mayBeSilent: false,
  giveUp: null,
  ...more,
});

const reserve = lead('inventory.reserve', ['Reserved', 'Unavailable', 'Cancelled', 'Released']);
const charge = lead('payment.charge', ['Paid', 'Declined', 'Cancelled', 'Refunded']);
const complete = lead('order.complete', ['Completed', 'Cancelled']);
const wish = lead('order.cancel', ['Cancelled', 'Completed'], { giveUp: 900_000 });
const release = lead('inventory.release', ['Released'], { giveUp: 900_000 });
const refund = lead('payment.refund', ['Refunded'], { giveUp: 900_000 });
const settle = lead('order.settle', ['Settled'], { mayBeSilent: true });

const created = said('Created', 1_000, 'RUNNING', reserve);
const reserved = said('Reserved', 2_000, 'RUNNING', charge);
const paid = said('Paid', 3_000, 'RUNNING', complete);
const completed = said('Completed', 4_000, 'COMPLETED');
const stop = said('Stop', 5_000, 'RUNNING', wish);
const cancelled = said('Cancelled', 6_000, 'CANCELLING', release, refund);
const released = said('Released', 7_000, 'CANCELLING', settle);
const refunded = said('Refunded', 8_000, 'CANCELLING', settle);
const settled = said('Settled', 9_000, 'CANCELLED');

/** As the engine tells it: with what it settles of what these lead to. */
const told = (entry: Entry, entries: readonly Entry[]): Entry => {
  const leads = entries.flatMap(({ message: by, leads: each }) => each.map((one) => ({ by, ...one })));
  const settles = leads.filter(({ settledBy }) => settledBy.includes(entry.message)).map(({ operation, by }) => ({ operation, by }));
  return { ...entry, settles };
};

/** The row that is left when these arrive, one after the other. */
const after = (...entries: readonly Entry[]): Order | undefined =>
  entries.reduce<Order | undefined>((order, entry) => {
    const { rows } = given(tables, { orders: order ? [order] : [] }).when(domain.watch, told(entry, entries));
    return rows?.orders?.[0] ?? order;
  }, undefined);

/** How it stands, whose answers are to come since when, when the first is overdue, and when a person should look. */
const standing = (...entries: readonly Entry[]) => {
  const order = after(...entries);
  const waits = order && waitsFor(awaitedOf(order.state, order.progress.leads)).map(({ operation, since }) => `${operation} ${since}`);
  return [order?.state, waits, order?.open, order?.dueAt, order?.flaggedAt];
};

test('a message makes the row: what it leads to is waited for since it was said, and usually comes in ten seconds', () =>
  deepEqual(given(tables, { orders: [] }).when(domain.watch, created), {
    rows: {
      orders: [
        {
          orderId,
          flow: 'a-flow',
          state: 'RUNNING',
          progress: {
            heard: { Created: 1_000 },
            named: true,
            leads: [
              { operation: 'inventory.reserve', participant: 'inventory', mayBeSilent: false, giveUp: null, by: 'Created', since: 1_000 },
            ],
          },
          open: true,
          dueAt: 11_000,
          flaggedAt: null,
          updatedAt: 1_000,
        },
      ],
    },
  }));

test('a message that is there already changes nothing', () => {
  const order = after(created);
  deepEqual(given(tables, { orders: order ? [order] : [] }).when(domain.watch, created), {});
});

for (const [what, entries, expected] of [
  ['an answer ends its wait and begins the next', [created, reserved], ['RUNNING', ['payment.charge 2000'], true, 12_000, null]],
  ['a completed order waits for nobody', [created, reserved, paid, completed], ['COMPLETED', [], false, null, null]],
  [
    'a wish to cancel is waited for, and a person should look when it is not answered',
    [created, reserved, paid, stop],
    ['RUNNING', ['order.complete 3000', 'order.cancel 5000'], true, 13_000, 905_000],
  ],
  ['a wish that came too late is not', [created, reserved, paid, completed, stop], ['COMPLETED', [], false, null, null]],
  [
    'what is cancelled waits for what is taken back, and no more for what that takes back',
    [created, reserved, cancelled],
    ['COMPENSATING', ['inventory.release 6000', 'payment.refund 6000'], true, 16_000, 906_000],
  ],
  [
    'an undo that was answered ends the wait for its do, should what asked for it come late',
    [created, reserved, refunded, cancelled],
    ['COMPENSATING', ['inventory.release 6000'], true, 16_000, 906_000],
  ],
  [
    'what may be silent is waited for when nothing else is, since it was asked first',
    [created, reserved, cancelled, refunded, released],
    ['COMPENSATING', ['order.settle 7000'], true, 17_000, null],
  ],
  [
    'an order that has ended waits for no silence',
    [created, reserved, cancelled, refunded, released, settled],
    ['COMPENSATED', [], false, null, null],
  ],
  ['of one that ended by another word neither', [released, said('Rejected', 2_000, 'CANCELLED')], ['COMPENSATED', [], false, null, null]],
  [
    'a failure after the end takes the order back',
    [completed, cancelled],
    ['COMPENSATING', ['inventory.release 6000', 'payment.refund 6000'], true, 16_000, 906_000],
  ],
] as const)
  test(what, () => {
    deepEqual(standing(...entries), expected);
    deepEqual(standing(...entries.toReversed()), expected);
  });

test('a message that two asked by is one wait, since the first', () => {
  const failed = said('Failed', 4_500, 'CANCELLING', lead('order.cancel', ['Cancelled']));
  deepEqual(standing(stop, failed)[1], ['order.cancel 4500']);
  // The wish came too late, and the failure still asks.
  deepEqual(standing(stop, failed, completed)[1], ['order.cancel 4500']);
});

describe('a message that does not say its flow', () => {
  const unnamed = (entry: Entry): Entry => ({ ...entry, named: false });

  test('is one of this flow once another says so, whichever comes first', () => {
    const failed = unnamed(cancelled);
    deepEqual(standing(created, failed), standing(created, cancelled));
    deepEqual(standing(failed, created), standing(created, cancelled));
  });

  test('says nothing by itself: the order may be of another flow', () => {
    deepEqual(standing(unnamed(created)), ['RUNNING', ['inventory.reserve 1000'], false, null, null]);
    equal(after(unnamed(created))?.progress.named, false);
  });

  test('of a flow that the order is not of changes nothing', () => {
    const other = { ...unnamed(cancelled), flow: 'another-flow' };
    deepEqual(after(created, other), after(created));
    deepEqual(after(other, created), after(created));
  });
});

test('any order and any repetition of the messages makes the same row', () => {
  const key = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F');
  const leads = fc.uniqueArray(
    fc.record({
      operation: fc.constantFrom('a.do', 'b.do', 'a.undo', 'b.undo'),
      participant: fc.constant('someone'),
      settledBy: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }),
      mayBeSilent: fc.boolean(),
      giveUp: fc.option(fc.nat(3), { nil: null }),
    }),
    { maxLength: 3, selector: ({ operation }) => operation },
  );
  const status = fc.constantFrom<OrderStatus>('ACCEPTED', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED');
  const entry = fc
    .record({ message: key, at: fc.nat(5), status, leads, named: fc.boolean() })
    .map((each): Entry => ({ ...said(each.message, each.at, each.status), ...each }));
  const arrivals = fc.uniqueArray(entry, { minLength: 1, maxLength: 6, selector: ({ message }) => message }).chain((entries) => {
    // A program that is not ours may say the same again at another time: the first counts.
    const again = fc
      .subarray(entries)
      .chain((some) => fc.tuple(...some.map((one) => fc.nat(3).map((more) => ({ ...one, at: one.at + more })))));
    const arrived = again.chain((more) => fc.shuffledSubarray([...entries, ...more], { minLength: entries.length + more.length }));
    return fc.tuple(fc.constant(entries), arrived);
  });
  fc.assert(
    fc.property(arrivals, ([entries, arrived]) => deepEqual(after(...arrived), after(...entries))),
    { numRuns: 1_000 },
  );
});

test('it keeps one row an order', () => {
  deepEqual(keys.orders?.({ orderId }, { orders: { get: () => undefined }, record: undefined }), [[orderId]]);
});
