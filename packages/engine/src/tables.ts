/** The tables that every service has beside its own; migrations/ makes them. */
import { boolean, int, type RowOf, table, text, timestamp, uuid } from './store.ts';

export const outbox = table('outbox', ['id'], { id: uuid, payload: text, createdAt: timestamp });

/** Messages that could not be taken: tried again later, or dead letters. Kept by message and reader. */
export const parked = table('parked', ['messageId', 'reader'], {
  messageId: text,
  reader: text,
  orderId: text,
  topic: text,
  message: text,
  reason: text,
  attempts: int,
  dead: boolean,
  nextAt: timestamp.orNull,
  parkedAt: timestamp,
});

/** Orders of flows without a coordinator, at the service that owns them: when its clock takes one back, or says again that it was. */
export const due = table('due', ['orderId'], {
  orderId: uuid,
  flow: text,
  version: text.orNull,
  /** How often it was said that the order is taken back; 0: it is on its way. */
  attempts: int,
  /** Since when that is so. */
  since: timestamp,
  dueAt: timestamp,
  /** A person should look: not all of it was taken back in time. */
  flagged: boolean,
});

export type OutboxRow = RowOf<typeof outbox>;
export type ParkedRow = RowOf<typeof parked>;
export type DueRow = RowOf<typeof due>;
