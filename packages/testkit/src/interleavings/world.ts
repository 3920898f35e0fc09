/** A participant at a store in memory, to which batches are delivered as its service would take them, faults included. */
import {
  type Answered,
  asksOutside,
  type CallRow,
  calls,
  type Change,
  keyOf,
  outbox,
  type OutboxRow,
  type Participant,
  type Row,
  type Store,
  type Word,
} from '@ensemble/engine';
import { byHand } from '@ensemble/engine/by-hand';
import { EnsembleError, isError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { type Fault, memoryStore } from '@ensemble/store-memory';
import { now, type Piece } from './setting.ts';

/** Longer than any pause of what waits aside. */
const aWhile = 120_000;
/** More than any message is tried before it is a dead letter. */
const mostRounds = 20;

export interface Start {
  /** What the outside world says to each call, by its key. */
  readonly words: ReadonlyMap<string, Word>;
  readonly participant: Participant;
  readonly flow: Flow;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

export type BatchFault = 'none' | 'store away' | 'commit unknown' | 'killed before publishing';

export interface End {
  /** By the participant's name for the table. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** By message id: each value that was ever said, from memory or as a left-over. */
  readonly said: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Faults that strike once, where they are set. */
function faults() {
  let set: BatchFault = 'none';
  const fault: Fault = (at) => {
    const strikes = (set === 'store away' && at === 'commit') || (set === 'commit unknown' && at === 'committed');
    if (!strikes) return;
    const code = set === 'store away' ? 'STORE_UNAVAILABLE' : 'STORE_COMMIT_UNKNOWN';
    set = 'none';
    throw new EnsembleError(code, 'a fault of the test');
  };
  return { fault, arm: (next: BatchFault) => void (set = next) };
}

export async function delivered({ participant, flow, rows, words }: Start) {
  const { fault, arm } = faults();
  let ids = 0;
  let time = now;
  const store = memoryStore({ now: () => time, fault });
  await (await store.begin()).commit(insertsOf(participant, rows));
  const newId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const hand = await byHand({ participant, flows: [flow], store, newId });
  const said = new Map<string, Set<string>>();
  const publish = (value: string): void => {
    const { id } = JSON.parse(value) as { id: string };
    said.set(id, (said.get(id) ?? new Set()).add(value));
  };

  /** Gives what was said: the last time, where it came again. */
  async function batch(pieces: readonly Piece[], which: BatchFault = 'none'): Promise<readonly string[]> {
    const arrivals = pieces.map(({ orderId, operation, value, word }) => (word ? { orderId, operation, word } : value));
    const answers: string[] = [];
    arm(which);
    try {
      for await (const committed of hand.take(arrivals)) {
        if (which === 'killed before publishing') continue;
        for (const { value } of committed.said) {
          publish(value);
          answers.push(value);
        }
      }
    } catch (error) {
      if (!isError(error, 'STORE_UNAVAILABLE', 'STORE_COMMIT_UNKNOWN')) throw error;
    }
    arm('none');
    return which === 'none' ? answers : batch(pieces); // its offsets were not committed: it comes again
  }

  async function answers(): Promise<void> {
    if (!asksOutside(participant)) return;
    for (let open = await answered(store, words); open.length > 0; open = await answered(store, words))
      for await (const committed of hand.take(open)) for (const { value } of committed.said) publish(value);
  }

  return {
    batch,
    /** The outside world answers every call that is open. */
    answers,
    /** What waits aside is tried again until nothing more comes of it. */
    async retries(): Promise<void> {
      await answers();
      for (let tried = 1, round = 1; tried > 0; round += 1) {
        if (round > mostRounds) throw new Error(`after ${mostRounds} rounds there is still something that waits aside and is tried again`);
        tried = 0;
        time += aWhile;
        for await (const committed of hand.retry(time)) {
          tried += committed.changes.length;
          for (const { value } of committed.said) publish(value);
        }
      }
    },
    rows: () => rowsOf(participant, store),
    async end(): Promise<End> {
      const left = (await store.select(outbox, {})) as readonly OutboxRow[];
      for (const { payload } of left)
        for (const [, , message] of JSON.parse(payload) as [string, string, unknown][]) publish(JSON.stringify(message));
      return { rows: await rowsOf(participant, store), said };
    },
  };
}

const insertsOf = ({ tables }: Participant, rows: Start['rows']): readonly Change[] =>
  Object.entries(rows).flatMap(([name, insert]) => {
    const table = tables[name];
    return table ? [{ table, insert }] : [];
  });

async function answered(store: Store, words: Start['words']): Promise<readonly Answered[]> {
  const open = (await store.select(calls, {})) as readonly CallRow[];
  return open.map(({ orderId, operation }) => {
    const word = words.get(keyOf(orderId, operation));
    if (!word) throw new Error(`nobody outside has a word on ${operation}`);
    return { orderId, operation, word };
  });
}

/** Of each table, in the order of its key. */
async function rowsOf({ tables }: Participant, store: Store): Promise<End['rows']> {
  const all = Object.entries(tables).map(async ([name, table]) => {
    const found = await store.select(table, { orderBy: table.key.map((column) => [column, 'asc'] as const) });
    return [name, found] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

interface Delivery {
  readonly which?: readonly BatchFault[];
  /** Whether the outside world answers after each batch, or only in the end. */
  readonly isAnsweredAtOnce?: boolean;
}

/** Batches, then whatever waits for the outside world, or aside. */
export async function deliver(
  start: Start,
  batches: readonly (readonly Piece[])[],
  { which = [], isAnsweredAtOnce = false }: Delivery = {},
): Promise<End> {
  const world = await delivered(start);
  for (const [n, pieces] of batches.entries()) {
    await world.batch(pieces, which[n]);
    if (isAnsweredAtOnce) await world.answers();
  }
  await world.retries();
  return world.end();
}
