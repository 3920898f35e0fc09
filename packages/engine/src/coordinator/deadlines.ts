/** Finds the sagas whose asks are overdue. A deadline only fires when silence means something. */
import type { Job } from '../at-hand.ts';
import type { Publisher } from '../publisher.ts';
import type { Query, Store } from '../store.ts';
import type { Subscription, Transport } from '../transport.ts';
import { dueWork, type Plans } from './coordinator-work.ts';
import { type SagaRow, sagas } from './saga.ts';

const atOnce = 500;

interface Deadlines {
  readonly store: Store;
  readonly transport: Pick<Transport, 'health'>;
  readonly plans: Plans;
  readonly coordinator: string;
  readonly publisher: Pick<Publisher, 'flowingSince'>;
  readonly subscription: Pick<Subscription, 'caughtUp' | 'serves'>;
  readonly perform: (job: Job) => Promise<void>;
  /** Resolves, with the database's time, when everything that was taken before the call has been decided. */
  readonly decided: () => Promise<number>;
  readonly stopping: AbortSignal;
}

/**
 * A round: fires what is due. Not while the service's own output is stuck or the broker is away, and only once its input has been
 * read up to now, so that neither a broker's outage nor a coordinator that was away counts as silence. What was asked before that
 * gets its time again. The table is shared and the input is not: each process fires for the orders whose messages it reads.
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
    const due = await dueHere(store, subscription, await setting.decided());
    if (due.length === 0) return;
    await readUpToNow();
    const heardSince = await listening();
    if (heardSince === null) return;
    // What was read up to now was read by whoever has the partition now.
    const still = due.filter((orderId) => subscription.serves(orderId));
    await Promise.all(still.map((orderId) => perform(dueWork(plans, coordinator, orderId, heardSince))));
  };
}

/** The orders that are due and whose messages this process reads, as many as one round takes. However many are others'. */
async function dueHere(store: Store, subscription: Pick<Subscription, 'serves'>, now: number): Promise<readonly string[]> {
  const here: string[] = [];
  let after: string | null = null;
  while (here.length < atOnce) {
    const page: readonly SagaRow[] = await pageOf(store, now, after);
    here.push(...page.map(({ orderId }) => orderId).filter((orderId) => subscription.serves(orderId)));
    if (page.length < atOnce) break;
    after = page.at(-1)?.orderId ?? null;
  }
  return here;
}

/** Oldest orders first. */
async function pageOf(store: Store, now: number, after: string | null): Promise<readonly SagaRow[]> {
  const where: Query['where'] = [['open', '=', true], ['dueAt', '<=', now], ...(after === null ? [] : [['orderId', '>', after] as const])];
  return (await store.select(sagas, { where, orderBy: [['orderId', 'asc']], limit: atOnce })) as readonly SagaRow[];
}
