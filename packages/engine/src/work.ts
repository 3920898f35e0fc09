/** What a batch is made of: anything that reads rows, decides, and leaves rows and messages behind. */
import type { Aside } from './parking.ts';
import type { Key, Row, Table } from './store.ts';
import type { Working } from './working.ts';

/** A message that a decision says: it is in the outbox before anyone can read it. */
export interface Said {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

export interface Effect {
  /** Whole rows, to insert or update. */
  readonly rows: readonly (readonly [Table, Row])[];
  readonly says: readonly Said[];
  readonly removes?: readonly (readonly [Table, Key])[];
}

export const nothing: Effect = { rows: [], says: [] };

/** Not now: what it needs is not there yet. It waits aside and is tried again. */
export interface Parked {
  readonly park: string;
  /** What is done instead the last time that it is tried; without, it is a dead letter then. */
  readonly atLast?: Effect;
}

/** What names no flow and may be of several is none's before a row of its order tells. */
export const ofNoFlow = (type: string): string => `${type} names no flow, and several have such a message: it waits for a row of its order`;

/** Never: it does not fit, and trying again would not help. */
export interface Refused {
  readonly dead: string;
}

export type Verdict = Effect | Parked | Refused;

export interface Work {
  /** The rows of this table that it touches; asked table by table, in the service's order, so that later keys may come from earlier rows. */
  keys(table: Table, working: Working): readonly Key[];
  /** Pure: the same rows give the same verdict. May throw: then it is tried again later. */
  decide(working: Working, now: number): Verdict;
  /** Of what waited aside: whether it still does, and is due. If not, another process has it, and nothing is decided. */
  stillWaits?(working: Working, now: number): boolean;
  /** How it is kept when it cannot be done now; null for what must not wait aside (its caller is told instead). */
  readonly parks: Omit<Aside, 'reason' | 'hopeless' | 'counts'> | null;
  /** Told once the batch has ended for it: committed, or failed for good. */
  settled?(error: Error | null): void;
}
