/** One order going through one flow, as the coordinator keeps it. */
import { boolean, type Column, json, type RowOf, table, text, timestamp, uuid } from '../store.ts';

export type SagaState = 'RUNNING' | 'COMPENSATING' | 'COMPLETED' | 'COMPENSATED' | 'FAILED';

/** A command that was said, and what became of it. Times in milliseconds since 1970, on the database's clock. */
export interface Ask {
  readonly state: 'asked' | 'answered' | 'refused';
  /** How often it was said. */
  readonly attempts: number;
  /** When it was first said. */
  readonly since: number;
  /** When it is said again; null: nobody waits for it any more. */
  readonly due: number | null;
}

/** A step's do and its undo. */
export interface Asks {
  readonly do: Ask;
  readonly undo?: Ask;
}

export const sagas = table('sagas', ['orderId'], {
  orderId: uuid,
  flow: text,
  version: text,
  state: text as Column<SagaState>,
  /** What is known about the order so far. */
  facts: json<Readonly<Record<string, unknown>>>(),
  /** By step. */
  asks: json<Readonly<Record<string, Asks>>>(),
  /** Whether the flow has begun: a cancel may come before it. */
  begun: boolean,
  cancelRequested: boolean,
  /** A person should look: what is asked stays unanswered. */
  flagged: boolean,
  reason: text.orNull,
  /** Whether some ask has a deadline. */
  open: boolean,
  dueAt: timestamp.orNull,
  createdAt: timestamp,
  updatedAt: timestamp,
});

export type Saga = RowOf<typeof sagas>;

export const flowVersions = table('flow_versions', ['flow', 'version'], {
  flow: text,
  version: text,
  plan: json<unknown>(),
  createdAt: timestamp,
});

export const newSaga = (orderId: string, flow: string, version: string, now: number): Saga => ({
  orderId,
  flow,
  version,
  state: 'RUNNING',
  facts: { orderId },
  asks: {},
  begun: false,
  cancelRequested: false,
  flagged: false,
  reason: null,
  open: false,
  dueAt: null,
  createdAt: now,
  updatedAt: now,
});
