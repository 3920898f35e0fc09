/** Messages that waited aside and are due: tried again as they came. */
import { type Recipient, worksOf } from './delivery-work.ts';
import type { Store } from './store.ts';
import { type ParkedRow, parked } from './tables.ts';
import type { Work } from './work.ts';

const atOnce = 100;

/** The works of parked messages whose time has come. */
export async function dueRetries(store: Store, recipient: Recipient, now: number): Promise<Work[]> {
  const due = await store.select(parked, {
    where: [
      ['dead', '=', false],
      ['nextAt', '<=', now],
    ],
    orderBy: [['nextAt', 'asc']],
    limit: atOnce,
  });
  return (due as readonly ParkedRow[]).flatMap((row) =>
    worksOf(recipient, {
      place: row.messageId,
      topic: row.topic,
      key: row.orderId,
      value: row.message,
      timestamp: row.parkedAt,
      waitedFor: row.reader,
    }),
  );
}
