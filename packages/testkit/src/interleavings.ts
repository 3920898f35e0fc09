/**
 * Any order, any number of times: for every operation that a participant has in a flow, this builds the messages by itself and
 * delivers them in all interleavings of do, undo, what follows, words from outside and repeats, among other orders' traffic, in batches of any size and
 * with faults; the end must be the same as in the order that the flow means.
 */
import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Participant, Row, StoredAnswer } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import * as fc from 'fast-check';
import { asMeant, meantEnd } from './interleavings/meant.ts';
import { piecesOf } from './interleavings/pieces.ts';
import type { Interleaving, Piece } from './interleavings/setting.ts';
import { type BatchFault, deliver, delivered, type Start } from './interleavings/world.ts';

const faults: readonly BatchFault[] = ['none', 'none', 'store away', 'commit unknown', 'killed before publishing'];

const most = 16;
const someFaults = fc.array(fc.constantFrom(...faults), { minLength: most, maxLength: most });
/** A run: messages with repeats, in any order, and how they are cut into batches. */
const runs = (pieces: readonly Piece[]) =>
  fc.record({
    order: fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }),
    cuts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: most, maxLength: most }),
  });

const batchesOf = (order: readonly Piece[], cuts: readonly number[]): readonly (readonly Piece[])[] => {
  const batches: (readonly Piece[])[] = [];
  for (let at = 0, n = 0; at < order.length; n += 1) {
    const size = cuts[n] ?? 1;
    batches.push(order.slice(at, at + size));
    at += size;
  }
  return batches;
};

export type { Interleaving };

export interface Runs {
  /** Of each property. */
  readonly numRuns?: number;
}

/** Declares the tests, with node:test. */
export function interleavings(setting: Interleaving, { numRuns = 200 }: Runs = {}): void {
  const pieces = piecesOf(setting);
  const words = new Map(pieces.flatMap(({ value, word }) => (word ? [[value, word] as const] : [])));
  const start: Start = { participant: setting.participant, flow: setting.flow, rows: setting.rows ?? {}, words };
  describe(`${setting.participant.name}: any order, any number of times (${operationsOf(pieces).join(', ')})`, () => {
    test('ends as it would have in the order that is meant, whichever of do and undo came first', async () => {
      await fc.assert(
        fc.asyncProperty(runs(pieces), async ({ order, cuts }) => {
          const end = await deliver(start, batchesOf(order, cuts));
          deepEqual(asMeant(start, end, order), await meantEnd(start, order, end));
        }),
        { numRuns },
      );
    });

    test('says the same whenever it says a message', async () => {
      await fc.assert(
        fc.asyncProperty(runs(pieces), someFaults, async ({ order, cuts }, which) => {
          const { said } = await deliver(start, batchesOf(order, cuts), { which });
          for (const [id, values] of said) deepEqual([id, values.size], [id, 1]);
        }),
        { numRuns },
      );
    });

    test('changes nothing by a repeat, one message after the other', async () => {
      await fc.assert(
        fc.asyncProperty(runs(pieces), async ({ order }) => {
          const world = await delivered(start);
          for (const piece of order) await world.batch([piece]);
          await world.retries();
          const before = await world.rows();
          for (const piece of order) {
            await world.batch([piece]);
            deepEqual(await world.rows(), before, `${piece.message} of ${piece.orderId} again`);
          }
        }),
        { numRuns: Math.ceil(numRuns / 3) },
      );
    });

    test('answers a repeat as it answered before: it is the answer that may have been lost', async () => {
      await fc.assert(
        fc.asyncProperty(runs(pieces), async ({ order }) => {
          const world = await delivered(start);
          for (const piece of order) {
            const answered = await world.batch([piece]);
            if (piece.word) continue; // for a word's repeat nobody waits: its answer is said when the message comes again
            deepEqual(await world.batch([piece]), answered, `${piece.message} of ${piece.orderId} again`);
          }
        }),
        { numRuns: Math.ceil(numRuns / 3) },
      );
    });

    test('ends the same, and has said the same, whatever fails or dies on the way', async () => {
      await fc.assert(
        fc.asyncProperty(runs(pieces), someFaults, async ({ order: any, cuts }, which) => {
          const order = withoutRaces(any);
          const batches = batchesOf(order, cuts);
          const [plain, faulty] = [await deliver(start, batches), await deliver(start, batches, { which })];
          deepEqual(asMeant(start, faulty, order), asMeant(start, plain, order));
        }),
        { numRuns },
      );
    });

    for (const piece of pieces.filter(({ kind, orderId }) => kind === 'undo' && orderId === pieces[0]?.orderId)) {
      test(`${piece.operation} before its do leaves a tombstone and nothing else`, async () => {
        const [before, after] = [await deliver(start, []), await deliver(start, [[piece]])];
        deepEqual(
          { ...after.rows, record: after.rows['record']?.map(withoutWords) },
          { ...before.rows, record: tombstones(setting.participant, setting.flow, piece) },
        );
      });
    }
  });
}

/**
 * Where what completes an order waits aside for it, a fault may decide whether a wish to take it back comes too late: both ends are right,
 * and which is meant is told without faults.
 */
const withoutRaces = (order: readonly Piece[]): readonly Piece[] => {
  const completed = new Set(order.filter(({ completes }) => completes).map(({ orderId }) => orderId));
  return order.filter(({ isWish, orderId }) => !isWish || !completed.has(orderId));
};

const operationsOf = (pieces: readonly Piece[]): string[] => [...new Set(pieces.map(({ operation }) => operation))];

/** What was said, and to whom, is kept where others may ask for the same. */
function withoutWords(row: Row): Row {
  const answers = Object.entries(row['answers'] as Readonly<Record<string, StoredAnswer>>);
  return { ...row, answers: Object.fromEntries(answers.map(([verb, { told: _, ...answer }]) => [verb, answer])) };
}

function tombstones({ tables }: Participant, flow: Flow, { orderId, operation, at }: Piece): readonly unknown[] {
  const empty = Object.fromEntries(Object.keys(tables['record']?.columns ?? {}).map((name) => [name, null]));
  const verb = operation.split('.')[1] ?? '';
  const answers = { [verb]: { outcome: 'nothing', at, adds: {} } };
  return [{ ...empty, orderId, flow: flow.name, state: 'undone', answers, updatedAt: at }];
}
