/** Outbox rows that a dead process, a full memory or a lost COMMIT left behind: any process of the service publishes them. */
import type { Job } from './at-hand.ts';
import { unpack } from './batch.ts';
import type { Publisher } from './publisher.ts';
import type { Store } from './store.ts';
import { type OutboxRow, outbox } from './tables.ts';
import type { Transport } from './transport.ts';

/** A row older than this (milliseconds) has been left behind, unless this process still holds it. */
const leftAfter = 3_000;
/** A row may hold a megabyte. */
const atOnce = 20;

interface Leftovers {
  readonly store: Pick<Store, 'select' | 'count'>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly publisher: Pick<Publisher, 'holds' | 'forget' | 'stillLeft' | 'waiting'>;
  readonly perform: (job: Job) => Promise<void>;
}

/**
 * Publishes and deletes the oldest that were left behind; tells how many rows. `now` is the database's time. Two processes that take
 * the same row say the same messages twice, which hurts nobody: so no lock is held while the broker is asked.
 */
export async function publishLeftovers({ store, transport, publisher, perform }: Leftovers, now: number): Promise<number> {
  const where = [['createdAt', '<=', now - leftAfter]] as const;
  const found = (await store.select(outbox, { where, orderBy: [['createdAt', 'asc']], limit: atOnce })) as readonly OutboxRow[];
  if (found.length < atOnce) publisher.stillLeft(found.map(({ id }) => id));
  publisher.waiting(found.length < atOnce ? found.length : await store.count(outbox));
  const left = found.filter(({ id }) => !publisher.holds(id));
  if (left.length === 0) return 0;
  await transport.publish(left.flatMap(({ payload }) => unpack(payload)));
  await perform({ keys: () => [], decide: () => ({ rows: [], says: [], removes: left.map(({ id }) => [outbox, [id]] as const) }) });
  publisher.forget(left.map(({ id }) => id));
  return left.length;
}
