/** Finds the sagas whose asks are overdue. A deadline only fires when silence means something: see `fireDeadlines`. */
import type { Job } from '../at-hand.ts';
import type { Publisher } from '../publisher.ts';
import type { Store } from '../store.ts';
import type { Subscription } from '../transport.ts';
import { dueWork, type Plans } from './coordinator-work.ts';
import { type Saga, sagas } from './saga.ts';

const atOnce = 500;

interface Deadlines {
  readonly store: Store;
  readonly plans: Plans;
  readonly coordinator: string;
  readonly publisher: Publisher;
  readonly subscription: Subscription;
  readonly perform: (job: Job) => Promise<void>;
  /** Resolves when everything that was taken before the call has been decided. */
  readonly decided: () => Promise<void>;
  readonly now: () => number;
  /** When this process began to listen. */
  readonly since: number;
  readonly stopping: AbortSignal;
}

/**
 * Fires what is due. Not while the service's own output is stuck, and only once its input has been read up to now, so that neither a
 * broker's outage nor a coordinator that was away counts as silence. What was asked before that gets its time again.
 */
export async function fireDeadlines(setting: Deadlines): Promise<void> {
  const { store, publisher, subscription } = setting;
  if (publisher.flowingSince() === null) return;
  const where = [
    ['open', '=', true],
    ['dueAt', '<=', setting.now()],
  ] as const;
  const due = (await store.select(sagas, { where, limit: atOnce })) as readonly Saga[];
  if (due.length === 0) return;
  await subscription.caughtUp(setting.stopping);
  await setting.decided();
  const flowing = publisher.flowingSince();
  if (flowing === null) return;
  const heardSince = Math.max(flowing, setting.since);
  const renew = (saga: Saga): boolean => saga.updatedAt < heardSince;
  await Promise.all(due.map(({ orderId }) => setting.perform(dueWork(setting.plans, setting.coordinator, orderId, renew))));
}
