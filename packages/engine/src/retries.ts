/** Messages that waited aside and are due: tried again as they came. */
import { type Arrival, type Recipient, worksOf } from './delivery-work.ts';
import { isDue } from './parking.ts';
import { contradictsStill, isContradiction } from './outside/later-word.ts';
import type { Store } from './store.ts';
import { type ParkedRow, parked } from './tables.ts';
import type { Work } from './work.ts';

const atOnce = 100;

/** The works of parked messages whose time has come, by the database's clock; it is only asked when there is one that waits. */
export async function dueRetries(store: Store, recipient: Recipient, clock: () => Promise<number>): Promise<Work[]> {
  const waiting = (await store.select(parked, {
    where: [['dead', '=', false]],
    orderBy: [['nextAt', 'asc']],
    limit: atOnce,
  })) as readonly ParkedRow[];
  if (waiting.length === 0) return [];
  const now = await clock();
  return waiting.filter((row) => isDue(row, now)).flatMap((row) => worksAgain(recipient, row));
}

const worksAgain = (recipient: Recipient, row: ParkedRow): Work[] =>
  isContradiction(row) ? [contradictsStill(row)] : worksOf(recipient, arrivalOf(row));

const arrivalOf = (row: ParkedRow): Arrival => ({
  topic: row.topic,
  key: row.orderId,
  value: row.message,
  timestamp: row.parkedAt,
  waited: { messageId: row.messageId, reader: row.reader },
});
