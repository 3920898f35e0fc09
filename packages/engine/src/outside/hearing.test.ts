/** A participant that asks outside, message by message and word by word: what it keeps, asks and says. */
import { deepEqual, equal, rejects, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bank, payment } from '../../fixtures/bank.ts';
import { message, now, order, station } from '../../fixtures/station.ts';
import type { Table } from '../store.ts';
import { parked } from '../tables.ts';
import { type CallRow, calls, patience } from './calls.ts';
import { wordWork } from './hearing.ts';
import type { Word } from './port.ts';

const one = order(1);
const charge = message('Charge', one, { card: 'visa', amount: 30 }, payment);
const cash = message('Charge', one, { card: 'cash', amount: 30 }, payment);
const refund = message('Refund', one, {}, payment);
const note = message('Note', one, {}, payment);
const paid: Word = { says: 'paid', adds: { receipt: 'r-1' } };
const declined: Word = { says: 'declined', adds: { reason: 'no money' } };
const refunded: Word = { says: 'refunded' };

async function atTheBank() {
  const at = await station(bank, [payment]);
  const rows = async (table: string) => at.rows(bank.tables[table] as Table);
  return {
    ...at,
    hear: (operation: string, word: Word) =>
      at.work([{ ...wordWork({ participant: bank, flows: [payment] }, { orderId: one, operation, word }), parks: null }]),
    async state() {
      const [record] = await rows('record');
      return record?.['state'];
    },
    answers: async () => {
      const [record] = await rows('record');
      return Object.entries(record?.['answers'] as Record<string, { outcome: string }>).map(([verb, { outcome }]) => `${verb} ${outcome}`);
    },
    takings: async () => (await rows('takings')).map(({ entry, amount }) => [entry, amount]),
    open: async () => ((await at.rows(calls)) as readonly CallRow[]).map(({ operation, request }) => [operation, request]),
    words: async () => (await at.said()).map(({ type, cause, data }) => [type, cause?.slice(one.length + 1), data]),
  };
}

const asksVisa = ['bank.charge', { card: 'visa', amount: 30 }];
const asksBack = ['bank.refund', { receipt: 'r-1' }];
const saysPaid = ['Paid', 'Charge', { orderId: one, amount: 30, receipt: 'r-1' }];
const saysDeclined = ['Declined', 'Charge', { orderId: one, reason: 'no money' }];
const saysRefunded = ['Refunded', 'Refund', { orderId: one, amount: 30 }];

describe('a do', () => {
  test('asks, in the transaction that decides it, and says nothing', async () => {
    const at = await atTheBank();
    await at.take(charge);
    deepEqual([await at.state(), await at.takings(), await at.words()], ['waiting', [], []]);
    deepEqual(await at.rows(calls), [
      {
        orderId: one,
        operation: 'bank.charge',
        request: { card: 'visa', amount: 30 },
        asked: {
          flow: 'payment',
          on: 'Charge',
          facts: { orderId: one, card: 'visa', amount: 30 },
          by: 'Charge',
          cause: `${one}/Charge`,
          version: payment.version,
          traceparent: null,
        },
        undo: null,
        attempts: 1,
        nextAt: now + patience + 500,
        askedAt: now,
      },
    ]);
  });

  test('again while it waits: asks once, says nothing', async () => {
    const at = await atTheBank();
    await at.take(charge, charge);
    await at.take(charge);
    deepEqual([await at.open(), await at.words()], [[asksVisa], []]);
  });

  test('decided at once asks nobody', async () => {
    const at = await atTheBank();
    await at.take(cash);
    deepEqual([await at.state(), await at.open(), (await at.words()).length], ['done', [], 1]);
  });

  test('the word of success: done, what it saves is saved, its message is said as if it had been answered at once', async () => {
    const at = await atTheBank();
    await at.take(charge);
    await at.hear('bank.charge', paid);
    deepEqual([await at.state(), await at.takings(), await at.open(), await at.words()], ['done', [['charge', 30]], [], [saysPaid]]);
    await at.take(charge);
    const [first, again] = await at.said();
    deepEqual(again, first);
  });

  test('the word of refusal: refused, nothing is saved', async () => {
    const at = await atTheBank();
    await at.take(charge);
    await at.hear('bank.charge', declined);
    deepEqual([await at.state(), await at.takings(), await at.open(), await at.words()], ['refused', [], [], [saysDeclined]]);
  });

  test('the first word counts, whatever comes later', async () => {
    const at = await atTheBank();
    await at.take(charge);
    await at.hear('bank.charge', declined);
    await at.hear('bank.charge', paid);
    await at.hear('bank.charge', declined);
    deepEqual([await at.state(), await at.takings(), await at.words()], ['refused', [], [saysDeclined]]);
  });

  test('a word that nobody asked for changes nothing', async () => {
    const at = await atTheBank();
    await at.hear('bank.charge', paid);
    await at.take(refund);
    await at.hear('bank.charge', declined);
    await at.hear('bank.refund', refunded);
    deepEqual([await at.state(), await at.takings(), await at.open()], ['undone', [], []]);
  });

  test('what goes on from it waits aside for the word', async () => {
    const at = await atTheBank();
    await at.take(charge, note);
    await at.hear('bank.charge', paid);
    at.pass(1_000);
    await at.retry();
    deepEqual(
      (await at.words()).map(([type]) => type),
      ['Paid', 'Noted'],
    );
  });
});

describe('an undo', () => {
  test('while the word is awaited: says nothing, however often it comes', async () => {
    const at = await atTheBank();
    await at.take(charge);
    await at.take(refund, refund);
    await at.take(refund, charge);
    deepEqual([await at.state(), await at.open(), await at.words()], ['undoing', [asksVisa], []]);
  });

  test('then the word of success: it is undone in turn, which asks, and only that is said, when it is known', async () => {
    const at = await atTheBank();
    await at.take(charge, refund);
    await at.hear('bank.charge', paid);
    deepEqual([await at.state(), await at.open(), await at.words()], ['undoing', [asksBack], []]);
    deepEqual(await at.takings(), [['charge', 30]]);
    await at.hear('bank.refund', refunded);
    deepEqual([await at.state(), await at.open(), await at.words()], ['undone', [], [saysRefunded]]);
    deepEqual(
      [await at.takings(), await at.answers()],
      [
        [
          ['charge', 30],
          ['refund', -30],
        ],
        ['charge paid', 'refund refunded'],
      ],
    );
  });

  test('then the word of refusal: refused, and there was nothing to undo', async () => {
    const at = await atTheBank();
    await at.take(charge, refund);
    await at.hear('bank.charge', declined);
    deepEqual([await at.state(), await at.open(), await at.takings()], ['refused', [], []]);
    deepEqual([await at.answers(), (await at.words()).map(([type]) => type)], [['charge declined', 'refund nothing'], ['Refunded']]);
  });

  test('of what is done: it asks, and is undone when the word has come', async () => {
    const at = await atTheBank();
    await at.take(charge);
    await at.hear('bank.charge', paid);
    await at.take(refund, refund, charge, note);
    deepEqual([await at.state(), await at.open(), (await at.words()).length], ['undoing', [asksBack], 1]);
    await at.hear('bank.charge', declined); // late, and wrong
    await at.hear('bank.refund', refunded);
    await at.take(refund);
    deepEqual([await at.state(), await at.open(), await at.words()], ['undone', [], [saysPaid, saysRefunded, saysRefunded]]);
  });

  test('before its do: nobody is asked', async () => {
    const at = await atTheBank();
    await at.take(refund, charge);
    deepEqual([await at.state(), await at.open()], ['undone', []]);
  });

  test('of what asked nobody asks nobody', async () => {
    const at = await atTheBank();
    await at.take(cash, refund);
    deepEqual(
      [await at.state(), await at.open(), await at.takings()],
      [
        'undone',
        [],
        [
          ['charge', 30],
          ['refund', -30],
        ],
      ],
    );
  });
});

describe('a word that contradicts the one which counts', () => {
  const contradiction = {
    messageId: `${one}/bank.charge declined`,
    reader: 'bank.charge',
    orderId: one,
    topic: 'the outside world',
    message: JSON.stringify({ orderId: one, operation: 'bank.charge', word: declined }),
    reason: 'WORD_CONTRADICTS: bank.charge ended as paid; the later word is declined',
    attempts: 1,
    dead: true,
    nextAt: null,
    parkedAt: now,
  };
  async function paidAtTheBank() {
    const at = await atTheBank();
    await at.take(charge);
    await at.hear('bank.charge', paid);
    return at;
  }

  test('changes nothing, and is a dead letter of its order', async () => {
    const at = await paidAtTheBank();
    await at.hear('bank.charge', declined);
    deepEqual([await at.state(), await at.takings(), await at.words()], ['done', [['charge', 30]], [saysPaid]]);
    deepEqual(await at.asides(), [contradiction]);
  });

  test('is kept once, however often it is said, and the first one said again leaves nothing', async () => {
    const at = await paidAtTheBank();
    for (const word of [declined, paid, declined, { ...paid, adds: { receipt: 'r-2' } }]) {
      at.pass(1_000);
      await at.hear('bank.charge', word);
    }
    deepEqual(await at.asides(), [{ ...contradiction, parkedAt: now + 1_000 }]);
  });

  test('comes in the batch of the first', async () => {
    const at = await atTheBank();
    await at.take(charge);
    const heard = (word: Word) => ({
      ...wordWork({ participant: bank, flows: [payment] }, { orderId: one, operation: 'bank.charge', word }),
    });
    await at.work([paid, declined, declined].map((word) => ({ ...heard(word), parks: null })));
    deepEqual([await at.words(), await at.asides()], [[saysPaid], [contradiction]]);
  });

  test('comes once the order is taken back', async () => {
    const at = await atTheBank();
    await at.take(charge, refund);
    await at.hear('bank.charge', declined);
    await at.hear('bank.charge', paid);
    deepEqual(
      (await at.asides()).map(({ reason }) => reason),
      ['WORD_CONTRADICTS: bank.charge ended as declined; the later word is paid'],
    );
  });

  test('is about what was decided here without asking', async () => {
    const at = await atTheBank();
    await at.take(cash);
    await at.hear('bank.charge', { says: 'paid', adds: { receipt: 'r-1' } });
    await at.hear('bank.charge', declined);
    deepEqual(
      (await at.asides()).map(({ reason }) => reason),
      ['WORD_CONTRADICTS: bank.charge ended as paid; the later word is declined'],
    );
  });

  test('and is tried again: it contradicts still', async () => {
    const at = await paidAtTheBank();
    await at.hear('bank.charge', declined);
    const unit = await at.store.begin();
    await unit.commit([{ table: parked, update: [{ ...contradiction, dead: false, attempts: 0, nextAt: now }] }]);
    await at.retry();
    deepEqual(await at.asides(), [contradiction]);
  });
});

describe('a word that something was done which nobody here asked for', () => {
  const reasons = async (at: Awaited<ReturnType<typeof atTheBank>>) => (await at.asides()).map(({ reason, dead }) => [reason, dead]);
  const taken = ['WORD_UNASKED: bank.charge was never asked for here; the word is paid', true];
  const givenBack = ['WORD_UNASKED: bank.refund was never asked for here; the word is refunded', true];

  test('of an order that nobody knows: a dead letter of it, once', async () => {
    const at = await atTheBank();
    await at.hear('bank.charge', paid);
    await at.hear('bank.charge', paid);
    deepEqual([await reasons(at), await at.state()], [[taken], undefined]);
  });

  test('of one that was taken back before it was asked for', async () => {
    const at = await atTheBank();
    await at.take(refund, charge);
    await at.hear('bank.charge', paid);
    deepEqual([await reasons(at), await at.state()], [[taken], 'undone']);
  });

  test('of one whose money is kept, or was never taken: it is given back there, and not here', async () => {
    const kept = await atTheBank();
    await kept.take(cash);
    await kept.hear('bank.refund', refunded);
    const declinedThere = await atTheBank();
    await declinedThere.take(charge, refund);
    await declinedThere.hear('bank.charge', declined);
    await declinedThere.hear('bank.refund', refunded);
    deepEqual([await reasons(kept), await reasons(declinedThere)], [[givenBack], [givenBack]]);
  });

  test('leaves nothing where it says that nothing was done', async () => {
    const at = await atTheBank();
    await at.hear('bank.charge', declined);
    deepEqual(await at.asides(), []);
  });
});

describe('a word that the operation cannot end with is no word', () => {
  const misfits: readonly (readonly [string, string, Word])[] = [
    ['an unknown outcome', 'bank.charge', { says: 'stolen' }],
    ['nothing, which only the engine says', 'bank.refund', { says: 'nothing' }],
    ['a success without its receipt', 'bank.charge', { says: 'paid' }],
    ['a reason that no store keeps', 'bank.charge', { says: 'declined', adds: { reason: 'a\0b' } }],
  ];
  for (const [what, operation, word] of misfits)
    test(what, () =>
      throws(() => wordWork({ participant: bank, flows: [payment] }, { orderId: one, operation, word }), { code: 'WORD_MISFIT' }),
    );
});

test('a process that no longer has the row says so, and leaves the call to one that does', async () => {
  const at = await atTheBank();
  await at.take(charge);
  const { rows } = payment;
  const without = { ...payment, rows: rows.filter(({ does }) => does.name !== 'bank.charge') };
  const work = wordWork({ participant: bank, flows: [without] }, { orderId: one, operation: 'bank.charge', word: paid });
  const failed = new Promise<void>((resolve, reject) => {
    void at.work([{ ...work, parks: null, settled: (error) => (error ? reject(error) : resolve()) }]);
  });
  await rejects(failed, /waits for bank.charge, which this process's flow payment does not have/);
  equal((await at.open()).length, 1);
});
