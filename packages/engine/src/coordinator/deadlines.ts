/** Finds the sagas whose asks are overdue. A deadline only fires when silence means something. */
import type { Job } from '../at-hand.ts';
import type { Publisher } from '../publisher.ts';
import type { Store } from '../store.ts';
import type { Subscription, Transport } from '../transport.ts';
import { dueWork, type Plans } from './coordinator-work.ts';
import { type Saga, sagas } from './saga.ts';

const atOnce = 500;

interface Deadlines {
  readonly store: Store;
  readonly transport: Pick<Transport, 'health'>;
  readonly plans: Plans;
  readonly coordinator: string;
  readonly publisher: Pick<Publisher, 'flowingSince'>;
  readonly subscription: Pick<Subscription, 'caughtUp'>;
  readonly perform: (job: Job) => Promise<void>;
  /** Resolves, with the database's time, when everything that was taken before the call has been decided. */
  readonly decided: () => Promise<number>;
  readonly stopping: AbortSignal;
}

/**
 * A round: fires what is due. Not while the service's own output is stuck or the broker is away, and only once its input has been
 * read up to now, so that neither a broker's outage nor a coordinator that was away counts as silence. What was asked before that
 * gets its time again.
 */
export function deadlines(setting: Deadlines): () => Promise<void> {
  const { store, transport, plans, coordinator, publisher, subscription, perform, stopping } = setting;
  /** Since when both ways are open: on the process's clock to notice that they were not, and on the database's. */
  let open: { readonly flowing: number; readonly heardSince: number } | null = null;

  async function listening(): Promise<number | null> {
    const flowing = transport.health().up ? publisher.flowingSince() : null;
    if (flowing === null) open = null;
    else if (open?.flowing !== flowing) open = { flowing, heardSince: await setting.decided() };
    return open?.heardSince ?? null;
  }

  async function readUpToNow(): Promise<number> {
    try {
      await subscription.caughtUp(stopping);
      return await setting.decided();
    } catch (error) {
      open = null;
      throw error;
    }
  }

  return async () => {
    const before = await listening();
    if (before === null) return;
    const now = await setting.decided();
    const where = [
      ['open', '=', true],
      ['dueAt', '<=', now],
    ] as const;
    const due = (await store.select(sagas, { where, orderBy: [['dueAt', 'asc']], limit: atOnce })) as readonly Saga[];
    if (due.length === 0) return;
    await readUpToNow();
    const heardSince = await listening();
    if (heardSince === null) return;
    await Promise.all(due.map(({ orderId }) => perform(dueWork(plans, coordinator, orderId, heardSince))));
  };
}
