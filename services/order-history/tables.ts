/** Order-history's rows: one an order, with everything that was said about it. */
import { bigint, type Column, type Entry, json, type Keys, table, text, timestamp, uuid } from '@ensemble/engine';
import type { Line, OrderStatus, PricedLine } from '@ensemble/flow';
import type * as operations from './operations.ts';

/** The facts a history shows. Any other (an address, a name) stays with the services that need it. */
export interface Known {
  readonly customerId?: string;
  readonly lines?: readonly Line[];
  readonly pricedLines?: readonly PricedLine[];
  readonly total?: number;
  readonly currency?: string;
  readonly paymentId?: string;
  readonly reason?: string;
  readonly productId?: string;
}

/** One message, and the facts it told. */
export interface Told extends Pick<Entry, 'message' | 'by' | 'at' | 'rank' | 'status'> {
  readonly changed: Known;
  /** Set where the flow has the order archived with it. */
  readonly archived?: true;
}

/** What an order came to: all that its customer reads afterwards. */
export interface Snapshot {
  readonly status: OrderStatus;
  readonly lines: readonly (Line | PricedLine)[] | null;
  readonly total: number | null;
  readonly currency: string | null;
  readonly paymentId: string | null;
  readonly reason: string | null;
  /** When it was archived, milliseconds since 1970. */
  readonly at: number;
}

export const tables = {
  orders: table('orders', ['orderId'], {
    orderId: uuid,
    flow: text,
    status: text as Column<OrderStatus>,
    customerId: text.orNull,
    /** With names and prices, once they are known. */
    lines: json<readonly (Line | PricedLine)[]>().orNull,
    total: bigint.orNull,
    currency: text.orNull,
    paymentId: text.orNull,
    /** Why it was refused, in words. */
    reason: text.orNull,
    /** By place in the flow, whatever arrived first. */
    timeline: json<readonly Told[]>(),
    archived: json<Snapshot>().orNull,
    createdAt: timestamp,
    updatedAt: timestamp,
  }),
};

export const keys: Keys<typeof operations, typeof tables> = {
  orders: ({ orderId }) => [[orderId]],
};
