/** Outbox rows that a dead process, a full memory or a lost COMMIT left behind: any process of the service publishes them. */
import type { Job } from './at-hand.ts';
import type { Publisher } from './publisher.ts';
import type { Store } from './store.ts';
import { type OutboxRow, outbox } from './tables.ts';
import type { Transport } from './transport.ts';
import { unpack } from './batch.ts';

/** A row older than this (milliseconds) has been left behind, unless this process still holds it. */
const leftAfter = 3_000;
const atOnce = 100;

interface Leftovers {
  readonly store: Store;
  readonly transport: Transport;
  readonly publisher: Publisher;
  readonly perform: (job: Job) => Promise<void>;
  readonly now: () => number;
}

/**
 * Publishes and deletes what was left behind; tells how many rows. Two processes that take the same row say the same messages
 * twice, which hurts nobody: so no lock is held while the broker is asked.
 */
export async function publishLeftovers({ store, transport, publisher, perform, now }: Leftovers): Promise<number> {
  const where = [['createdAt', '<=', now() - leftAfter]] as const;
  const found = (await store.select(outbox, { where, orderBy: [['createdAt', 'asc']], limit: atOnce })) as readonly OutboxRow[];
  const left = found.filter(({ id }) => !publisher.holds(id));
  if (left.length === 0) return 0;
  await transport.publish(left.flatMap(({ payload }) => unpack(payload)));
  await perform({ keys: () => [], decide: () => ({ rows: [], says: [], removes: left.map(({ id }) => [outbox, [id]] as const) }) });
  publisher.forget(left.map(({ id }) => id));
  return left.length;
}

/** Deletes what was published and has no later batch to go with. */
export async function clearPublished({ publisher, perform }: Pick<Leftovers, 'publisher' | 'perform'>): Promise<void> {
  if (publisher.published().length > 0) await perform({ keys: () => [], decide: () => ({ rows: [], says: [] }) });
}
