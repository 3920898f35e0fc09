/** The tables that every service has beside its own; migrations/0001_engine.sql makes them. */
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

export type OutboxRow = RowOf<typeof outbox>;
export type ParkedRow = RowOf<typeof parked>;
