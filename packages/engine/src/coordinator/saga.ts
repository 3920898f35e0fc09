/** One order going through one flow, as the coordinator keeps it. */
import type { OrderStatus } from '@ensemble/flow';
import { boolean, type Column, json, type RowOf, table, text, timestamp, uuid } from '../store.ts';

export type SagaState = 'RUNNING' | 'COMPENSATING' | 'COMPLETED' | 'COMPENSATED' | 'FAILED';

/** What an order is to those who ask, by its saga's state. */
export const statusOf: Readonly<Record<SagaState, OrderStatus>> = {
  RUNNING: 'RUNNING',
  COMPENSATING: 'CANCELLING',
  COMPLETED: 'COMPLETED',
  COMPENSATED: 'CANCELLED',
  FAILED: 'FAILED',
};

/** A command and what became of it. Short, since every step of every order writes all of them. */
export type Ask = Asked | 'answered' | 'refused';

/** A command that was said and has no answer yet. Times in milliseconds since 1970, on the database's clock. */
export interface Asked {
  /** How often it was said. */
  readonly attempts: number;
  /** When it was first said; of an undo, from when on silence counts. */
  readonly since: number;
  /** When it was first said, where silence counts only from later on. */
  readonly saidAt?: number;
  /** When it is said again; null: nobody waits for it any more. */
  readonly due: number | null;
}

export const isAsked = (ask: Ask | undefined): ask is Asked => typeof ask === 'object';

/** A step's do and its undo. */
export interface Asks {
  readonly do: Ask;
  readonly undo?: Ask;
}

/** What a saga knows and has asked: it changes with every step, and nobody but the coordinator looks inside. */
interface Progress {
  /** What is known about the order so far. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** By step. */
  readonly asks: Readonly<Record<string, Asks>>;
  /** Whether the flow has begun: a cancel may come before it. */
  readonly begun: boolean;
  readonly cancelRequested: boolean;
  readonly createdAt: number;
}

/** Few columns: each costs its share of every step of every order (decision 0010). */
export const sagas = table('sagas', ['orderId'], {
  orderId: uuid,
  flow: text,
  version: text,
  state: text as Column<SagaState>,
  progress: json<Progress>(),
  /** A person should look: what is asked stays unanswered. */
  flagged: boolean,
  reason: text.orNull,
  /** Whether some ask has a deadline. */
  open: boolean,
  dueAt: timestamp.orNull,
  updatedAt: timestamp,
});

export type SagaRow = RowOf<typeof sagas>;
export type Saga = Omit<SagaRow, 'progress'> & Progress;

export const sagaOf = ({ progress, ...row }: SagaRow): Saga => ({ ...row, ...progress });

export const rowOf = ({ facts, asks, begun, cancelRequested, createdAt, ...row }: Saga): SagaRow => ({
  ...row,
  progress: { facts, asks, begun, cancelRequested, createdAt },
});

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
