import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { book, clerk, sale, shelf, till } from '../fixtures/sale.ts';
import { altered, message, now, order, station } from '../fixtures/station.ts';
import { dueWork } from './coordinator/coordinator-work.ts';
import { sagas } from './coordinator/saga.ts';
import type { Participant } from './participant.ts';
import type { Table } from './store.ts';

const [one, two] = [order(1), order(2)];
const recordsOf = ({ tables }: Participant): Table => tables['record'] as Table;
const pages = book.tables['pages'] as Table;

describe('a message of a flow', () => {
  test('is taken: its rows, its record, its answer', async () => {
    const { take, rows, said } = await station(shelf);
    await take(message('Reserve', one, { amount: 30 }));
    deepEqual(await rows(shelf.tables['piles'] as Table), [{ name: 'the pile', available: 70, held: 30, sold: 0 }]);
    deepEqual(await rows(recordsOf(shelf)), [
      {
        orderId: one,
        flow: 'sale',
        state: 'done',
        amount: 30,
        updatedAt: now,
        answers: {
          reserve: {
            outcome: 'reserved',
            at: now,
            adds: {},
          },
        },
      },
    ]);
    deepEqual(await said(), [
      {
        specversion: '1.0',
        id: `${one}/Reserved`,
        source: '/ensemble/shelf',
        type: 'Reserved',
        subject: one,
        time: new Date(now).toISOString(),
        flow: 'sale',
        version: sale.version,
        cause: `${one}/Reserve`,
        data: { orderId: one },
      },
    ]);
  });

  test('orders of one batch see each other: the pile is not sold twice', async () => {
    const { take, said } = await station(shelf);
    await take(message('Reserve', one, { amount: 60 }), message('Reserve', two, { amount: 60 }));
    deepEqual(
      (await said()).map(({ id, data }) => [id, data['reason']]),
      [
        [`${one}/Reserved`, undefined],
        [`${two}/Unavailable`, 'not enough'],
      ],
    );
  });

  test('again, later: the same answer, with the time of the first', async () => {
    const { take, said, pass } = await station(shelf);
    await take(message('Reserve', one, { amount: 30 }), message('Reserve', one, { amount: 30 }));
    pass(60_000);
    await take(message('Reserve', one, { amount: 30 }));
    const [first, ...repeats] = await said();
    deepEqual(repeats, [first, first]);
  });

  test('again after a refusal: the refusal, though by now there would be enough', async () => {
    const { take, said } = await station(shelf);
    await take(message('Reserve', one, { amount: 60 }), message('Reserve', two, { amount: 60 }), message('Release', one));
    await take(message('Reserve', two, { amount: 60 }));
    deepEqual(
      (await said()).map(({ id }) => id),
      [`${one}/Reserved`, `${two}/Unavailable`, `${one}/Released`, `${two}/Unavailable`],
    );
  });

  test('keeps the version that its order began with', async () => {
    const { take, said } = await station(shelf);
    await take(altered(message('Reserve', one, { amount: 30 }), { version: 'older', traceparent: '00-trace' }));
    deepEqual(
      (await said()).map(({ version, traceparent }) => [version, traceparent]),
      [['older', '00-trace']],
    );
  });

  test('says what the participant keeps, too', async () => {
    const { take, said } = await station(till);
    await take(message('Charge', one, { amount: 30 }), message('Print', one));
    deepEqual(
      (await said()).map(({ type, data }) => [type, data]),
      [
        ['Paid', { orderId: one, amount: 30 }],
        ['Printed', { orderId: one, amount: 30 }],
      ],
    );
  });

  test('that nobody here reads is skipped', async () => {
    const { take, said, asides } = await station(shelf);
    await take(message('Charge', one, { amount: 30 }), message('Reserved', one));
    deepEqual([await said(), await asides()], [[], []]);
  });

  test('a projection places it by the flow', async () => {
    const { take, rows } = await station(book);
    await take(message('Printed', one, { amount: 3 }), message('Reserved', one), message('Printed', one, { amount: 3 }));
    deepEqual(await rows(pages), [{ orderId: one, at: now - 1_000, heard: ['Printed', 'Reserved'] }]);
  });
});

describe('a message that nobody can take is a dead letter, and disturbs nothing', () => {
  const good = message('Reserve', one, { amount: 30 });
  const bad: readonly (readonly [what: string, value: string, reason: RegExp, messageId: string])[] = [
    ['no JSON', '\0\u0001 binary', /^MESSAGE_MALFORMED: the message is not JSON$/, 'a-topic/0/0'],
    ['no CloudEvent', '{"hello":"world"}', /^MESSAGE_MALFORMED: the CloudEvent has no id$/, 'a-topic/0/0'],
    ['no order', altered(good, { subject: 'me' }), /^MESSAGE_MALFORMED: the subject me is no order id$/, 'a-topic/0/0'],
    ['a type of no flow', altered(good, { type: 'Rserve' }), /^MESSAGE_UNKNOWN: no flow sale defines Rserve$/, `${one}/Reserve`],
    ['a type and no flow', altered(good, { type: 'Rserve', flow: null }), /^MESSAGE_UNKNOWN: no flow defines Rserve$/, `${one}/Reserve`],
    ['a flow that there is not', altered(good, { flow: 'barter' }), /^MESSAGE_UNKNOWN: no flow barter defines Reserve$/, `${one}/Reserve`],
    ['a misfit', altered(good, { data: { orderId: one, amount: 0 } }), /^MESSAGE_MISFIT: Reserve amount /, `${one}/Reserve`],
    [
      'text that no store keeps',
      altered(good, { type: 'Release', data: { orderId: one, reason: 'a\0' } }),
      /^MESSAGE_MISFIT: Release reason /,
      `${one}/Release`,
    ],
    ['data that is a list', altered(good, { data: [] }), /^MESSAGE_MISFIT: Reserve /, `${one}/Reserve`],
  ];
  for (const [what, value, reason, messageId] of bad) {
    test(what, async () => {
      const { take, asides, said } = await station(shelf);
      await take(value, message('Reserve', two, { amount: 1 }));
      const [row, ...others] = await asides();
      deepEqual([row?.messageId, row?.dead, row?.nextAt, others], [messageId, true, null, []]);
      equal(reason.test(row?.reason ?? ''), true, row?.reason);
      deepEqual(
        (await said()).map(({ id }) => id),
        [`${two}/Reserved`],
      );
    });
  }

  test('unknown fields are no misfit', async () => {
    const { take, said } = await station(shelf);
    await take(altered(good, { data: { orderId: one, amount: 3, colour: 'red' } }));
    deepEqual(
      (await said()).map(({ type }) => type),
      ['Reserved'],
    );
  });
});

describe('what comes too early', () => {
  test('waits aside, and is done once what it waits for is', async () => {
    const { take, retry, pass, said, asides, rows } = await station(shelf);
    await take(message('Printed', one, { amount: 30 }));
    deepEqual(
      (await asides()).map(({ reader, reason, attempts }) => [reader, reason, attempts]),
      [['shelf.sell', 'shelf.sell came before shelf.reserve was done', 1]],
    );
    await take(message('Reserve', one, { amount: 30 }));
    await retry();
    equal((await asides()).length, 1); // not due yet
    pass(500);
    await retry();
    deepEqual([await asides(), (await said()).map(({ type }) => type)], [[], ['Reserved']]);
    deepEqual(await rows(shelf.tables['piles'] as Table), [{ name: 'the pile', available: 70, held: 0, sold: 30 }]);
  });

  test('its undo overtakes it: then it has nothing to do, and waits no longer', async () => {
    const { take, retry, pass, asides, rows } = await station(shelf);
    await take(message('Printed', one, { amount: 30 }));
    await take(message('Release', one));
    pass(500);
    await retry();
    deepEqual([await asides(), (await rows(recordsOf(shelf))).map(({ state }) => state)], [[], ['undone']]);
  });

  test('for good, is a dead letter after eight attempts', async () => {
    const { take, retry, pass, asides } = await station(shelf);
    await take(message('Printed', one, { amount: 30 }));
    for (let attempt = 2; attempt <= 9; attempt += 1) {
      pass(60_000);
      await retry();
    }
    deepEqual(
      (await asides()).map(({ attempts, dead }) => [attempts, dead]),
      [[8, true]],
    );
  });

  test('an answer before its saga waits for it', async () => {
    const { take, retry, pass, said, asides } = await station(clerk);
    await take(message('Reserved', one));
    deepEqual(
      (await asides()).map(({ reader, reason }) => [reader, reason]),
      [['clerk.coordinator', 'Reserved came before the saga of this order began']],
    );
    await take(message('Buy', one, { amount: 30 }));
    pass(500);
    await retry();
    deepEqual([(await said()).map(({ type }) => type), await asides()], [['Reserve', 'Charge'], []]);
  });

  test('a cancel before its saga is remembered, and the end is said', async () => {
    const { take, said } = await station(clerk);
    await take(message('Stop', one));
    await take(message('Buy', one, { amount: 30 }));
    deepEqual(
      (await said()).map(({ type }) => type),
      ['Release'],
    );
  });
});

test('the reason that a refusal gives is kept', async () => {
  const { take, store } = await station(clerk);
  await take(message('Buy', one, { amount: 30 }), message('Unavailable', one, { reason: 'not enough' }));
  deepEqual(
    (await store.select(sagas, {})).map(({ state, reason }) => [state, reason]),
    [['COMPENSATED', 'not enough']],
  );
});

describe('what is taken back says why', () => {
  const reasons = async (...messages: readonly string[]): Promise<unknown[]> => {
    const { take, said } = await station(clerk);
    await take(message('Buy', one, { amount: 30 }), ...messages);
    return (await said()).map(({ type, data }) => [type, data['reason']]);
  };
  test('a customer changed their mind', async () =>
    deepEqual(await reasons(message('Stop', one, { reason: 'found it cheaper' })), [
      ['Reserve', undefined],
      ['Release', 'found it cheaper'],
    ]));
  test('a participant refused', async () =>
    deepEqual(await reasons(message('Reserved', one), message('Declined', one, { reason: 'too much' })), [
      ['Reserve', undefined],
      ['Charge', undefined],
      ['Release', 'too much'],
    ]));
  test('a participant did not answer', async () => {
    const at = await station(clerk);
    await at.take(message('Buy', one, { amount: 30 }));
    for (let asked = 0; asked < 3; asked += 1) {
      at.pass(60_000);
      await at.work([{ ...dueWork(at.recipient.plans, 'clerk', one, 0), parks: null }]);
    }
    const { type, data } = (await at.said()).at(-1) ?? {};
    deepEqual([type, data?.['reason']], ['Release', 'no answer from shelf.reserve']);
  });
  test('in words that fit a message and a database, whoever gave them', async () =>
    deepEqual(await reasons(message('Stop', one, { reason: `${'x'.repeat(499)}\u{1F600}` })), [
      ['Reserve', undefined],
      ['Release', `${'x'.repeat(499)}\uFFFD`],
    ]));
  test('and the participant passes it on', async () => {
    const { take, said } = await station(shelf);
    await take(message('Release', one, { reason: 'too much' }));
    deepEqual(
      (await said()).map(({ type, data }) => [type, data['reason']]),
      [['Released', 'too much']],
    );
  });
});
