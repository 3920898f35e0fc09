/** The monitor's rows: one an order, with the columns that a coordinator's saga has. */
import { boolean, type Column, json, type Keys, type Lead, type SagaState, table, text, timestamp, uuid } from '@ensemble/engine';
import type * as operations from './operations.ts';

/** What a message led to, and is not settled. By what it will be the flow says, with each message. */
export interface Awaited extends Omit<Lead, 'settledBy'> {
  /** The message's key. */
  readonly by: string;
  /** When it was said: milliseconds since 1970. */
  readonly since: number;
}

interface Progress {
  /** Message key → when it was said: a set, in whatever order and however often they came. */
  readonly heard: Readonly<Record<string, number>>;
  /** The longest waited for first. */
  readonly leads: readonly Awaited[];
  /** Whether some message said that the order is of this flow. Until then nothing is told of it: it may be another's. */
  readonly named: boolean;
}

export const tables = {
  orders: table('orders', ['orderId'], {
    orderId: uuid,
    flow: text,
    state: text as Column<SagaState>,
    progress: json<Progress>(),
    /** Whether some answer is to come. */
    open: boolean,
    /** When the first of them is overdue; null: none is to come. */
    dueAt: timestamp.orNull,
    /** When a person should look, unless what is taken back is answered before; null: nothing is. */
    flaggedAt: timestamp.orNull,
    /** When the newest message was said. */
    updatedAt: timestamp,
  }),
};

export const keys: Keys<typeof operations, typeof tables> = {
  orders: ({ orderId }) => [[orderId]],
};
