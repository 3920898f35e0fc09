/** The rules of delivery (docs/decisions/0001 to 0003, 0014), each with an edit that breaks it and the test that must notice. */

export interface Mutation {
  readonly rule: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** The test file, and the names of tests in it that fail, among others. */
  readonly test: string;
  readonly fails: readonly string[];
}

const engine = 'packages/engine/src';

export const mutations: readonly Mutation[] = [
  {
    rule: 'a repeated do repeats its stored answer, and decides nothing',
    file: `${engine}/record.ts`,
    from: "if (record) return record.state === 'done' || record.state === 'refused' ? repeat() : silent;",
    to: "if (record && record.state !== 'done' && record.state !== 'refused') return silent;",
    test: 'flows/create-order/interleavings.test.ts',
    fails: ['changes nothing by a repeat, one message after the other'],
  },
  {
    rule: 'a refusal is remembered',
    file: `${engine}/record.ts`,
    from: "if (record) return record.state === 'done' || record.state === 'refused' ? repeat() : silent;",
    to: "if (record && record.state !== 'refused') return record.state === 'done' ? repeat() : silent;",
    test: `${engine}/delivery-work.test.ts`,
    fails: ['again after a refusal: the refusal, though by now there would be enough'],
  },
  {
    rule: 'a duplicate says its answer again',
    file: `${engine}/record.ts`,
    from: "(stored ? { kind: 'answer', answer: stored } : silent)",
    to: 'silent',
    test: `${engine}/delivery-work.test.ts`,
    fails: ['again, later: the same answer, with the time of the first'],
  },
  {
    rule: 'a repeat is answered, by every service and whatever came before',
    file: `${engine}/record.ts`,
    from: "(stored ? { kind: 'answer', answer: stored } : silent)",
    to: 'silent',
    test: 'flows/create-order/interleavings.test.ts',
    fails: ['answers a repeat as it answered before: it is the answer that may have been lost'],
  },
  {
    rule: 'an undo before its do leaves a tombstone',
    file: `${engine}/record.ts`,
    from: "if (!record) return nothingToUndo('undone');",
    to: "if (!record) return { kind: 'answer', answer: { outcome: 'nothing', at: now, adds: {} } };",
    test: 'flows/create-order/interleavings.test.ts',
    fails: ['inventory.release before its do leaves a tombstone and nothing else'],
  },
  {
    rule: 'absent rows are inserted plainly',
    file: `${engine}/working.ts`,
    from: '[{ table, insert, update, ...(remove.length > 0 ? { remove } : {}) }]',
    to: '[{ table, insert: [], update }, { table, insert, remove: insert.map((row) => rowKey(table, row)) }]',
    test: `${engine}/batch.test.ts`,
    fails: ['the batch is decided again, on the rows as they are now'],
  },
  {
    rule: 'the outbox row is in the same commit',
    file: `${engine}/batch.ts`,
    from: 'const insert = outboxId === null ? []',
    to: 'const insert = outboxId === null || outboxId ? []',
    test: `${engine}/batch.test.ts`,
    fails: ['is one transaction: each decision sees the one before, and all that was said is one outbox row'],
  },
  {
    rule: 'nothing is published before COMMIT is acknowledged',
    file: `${engine}/batch.ts`,
    from: 'await unit.commit(changes);',
    to: "await unit.commit(changes).catch((error) => { if (!isError(error, 'STORE_COMMIT_UNKNOWN')) throw error; });",
    test: `${engine}/batch.test.ts`,
    fails: ['with the answer of COMMIT: it may have landed, so nothing is given to publish; the outbox row is there'],
  },
  {
    rule: 'positions are written after the commit',
    file: `${engine}/service.ts`,
    from: 'if (await decide(hand)) subscription?.done(hand.deliveries);',
    to: 'subscription?.done(hand.deliveries); await decide(hand);',
    test: `${engine}/killed.test.ts`,
    fails: ['killed, two at work: at every point', 'killed, started again: at every point'],
  },
  {
    rule: 'outbox rows that are left over are published',
    file: `${engine}/leftovers.ts`,
    from: 'if (left.length === 0) return 0;',
    to: 'if (left.length >= 0) return 0;',
    test: `${engine}/killed.test.ts`,
    fails: ['killed, two at work: at every point', 'answer of COMMIT lost, two at work: at every point'],
  },
  {
    rule: 'deadlines rest while own messages do not go out',
    file: `${engine}/coordinator/deadlines.ts`,
    from: 'transport.health().up ? publisher.flowingSince() : null',
    to: '1',
    test: `${engine}/coordinator/deadlines.test.ts`,
    fails: ['while own messages do not go out', 'while the broker is away'],
  },
  {
    rule: 'input is read before silence counts',
    file: `${engine}/coordinator/deadlines.ts`,
    from: '    await readUpToNow();\n',
    to: '',
    test: `${engine}/coordinator/deadlines.test.ts`,
    fails: ['it is read first'],
  },
  {
    rule: 'every asked step is undone, whether or not it has answered',
    file: `${engine}/coordinator/advance.ts`,
    from: "asks.do === 'refused') continue",
    to: "asks.do !== 'answered') continue",
    test: `${engine}/coordinator/advance.property.test.ts`,
    fails: ['plan 1: it ends, and what was asked is done whole or taken back whole'],
  },
  {
    rule: 'a success after its confirmed undo is undone again',
    file: `${engine}/coordinator/advance.ts`,
    from: '    askUndo(draft, step); // it succeeded',
    to: '    // it succeeded',
    test: `${engine}/coordinator/advance.test.ts`,
    fails: ['that says success after the undo was confirmed sends the undo again, with a deadline'],
  },
  {
    rule: 'a word that all is settled waits for the undo that it goes on from',
    file: `${engine}/record.ts`,
    from: "if (record?.state !== 'undone') return { kind: 'early', why",
    to: "if (record?.state !== 'undone') return silent; if (!record) return { kind: 'early', why",
    test: 'flows/choreography/interleavings.test.ts',
    fails: ['ends as it would have in the order that is meant, whichever of do and undo came first'],
  },
  {
    rule: 'whoever asks for the same is told the same',
    file: `${engine}/operation-work.ts`,
    from: 'if (answer.told?.message === message.key) return',
    to: 'if (answer.told?.message === message.name && false) return',
    test: 'flows/choreography/interleavings.test.ts',
    fails: ['says the same whenever it says a message'],
  },
  {
    rule: "the customer's cancel takes back no order that was completed",
    file: `${engine}/operation-work.ts`,
    from: 'isWish(flow, asked.row) &&',
    to: '!isWish(flow, asked.row) &&',
    test: `${engine}/due-work.test.ts`,
    fails: ['a customer who cancels what is completed comes too late'],
  },
  {
    rule: "an owner's deadline fires only where it listened for its whole time",
    file: `${engine}/due-work.ts`,
    from: 'if (heard > now) return',
    to: 'if (heard > Infinity) return',
    test: `${engine}/due-work.test.ts`,
    fails: ['gets its time again where nobody listened: silence meant nothing'],
  },
  {
    rule: 'an order that is taken back is said to be, until all is settled',
    file: `${engine}/due-work.ts`,
    from: 'says: wordsOf(participant, flow, row, working)',
    to: 'says: []',
    test: `${engine}/due-work.test.ts`,
    fails: ['says so again, word for word, until all is settled'],
  },
  {
    rule: 'an older row of news never overwrites a newer one',
    file: `${engine}/copies.ts`,
    from: 'known && versionOf(known) >= versionOf(row)',
    to: 'false',
    test: `${engine}/news.test.ts`,
    fails: ['is the newest of each key, in whatever order, however often and in whatever batches the news come'],
  },
  {
    rule: 'what changes is told in the batch that changes it',
    file: `${engine}/batch.ts`,
    from: '    decided.said.push(...setting.tells(changes, unit.now));\n',
    to: '',
    test: `${engine}/news.test.ts`,
    fails: ['is said with the change, from the outbox, once a batch and row'],
  },
  {
    rule: 'all that is told is told again at the start, page by page',
    file: `${engine}/telling.ts`,
    from: 'return keys.length < atOnce ? null : (keys.at(-1)?.[0] ?? null);',
    to: 'return null;',
    test: `${engine}/news.test.ts`,
    fails: ['is all of it once more when the service starts, page by page, and reaches who keeps a copy'],
  },
  {
    rule: 'a message about an order has an order id',
    file: `${engine}/envelope.ts`,
    from: 'if (!isOrderId(subject)) throw',
    to: 'if (subject === undefined) throw',
    test: `${engine}/news.test.ts`,
    fails: ['news on a topic of orders are a dead letter: their subject is no order id'],
  },
];
