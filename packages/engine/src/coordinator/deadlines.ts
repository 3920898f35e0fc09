/** Finds what is overdue: a coordinator's asks, an owner's orders. A deadline only fires when silence means something. */
import type { Job } from '../at-hand.ts';
import type { Publisher } from '../publisher.ts';
import type { Query, Store, Table } from '../store.ts';
import type { Subscription, Transport } from '../transport.ts';
import { dueWork, type Plans } from './coordinator-work.ts';
import { sagas } from './saga.ts';

const atOnce = 500;

/** What has deadlines: rows by order, each with a `dueAt`. */
export interface Overdue {
  readonly table: Table;
  /** Of those rows the ones whose `dueAt` counts. */
  readonly where: NonNullable<Query['where']>;
  /** Looks again at the row, and does what is due. `heardSince`: silence before that means nothing. */
  work(orderId: string, heardSince: number): Job & { /** Called after its commit. */ readonly committed?: () => void };
}

export const overdueSagas = (plans: Plans, coordinator: string): Overdue => ({
  table: sagas,
  where: [['open', '=', true]],
  work: (orderId, heardSince) => dueWork(plans, coordinator, orderId, heardSince),
});

interface Deadlines {
  readonly store: Store;
  readonly transport: Pick<Transport, 'health'>;
  readonly publisher: Pick<Publisher, 'flowingSince'>;
  readonly subscription: Pick<Subscription, 'caughtUp' | 'serves'>;
  readonly perform: (job: Job) => Promise<void>;
  /** Resolves, with the database's time, when everything that was taken before the call has been decided. */
  readonly decided: () => Promise<number>;
  readonly stopping: AbortSignal;
}

/**
 * A round: fires what is due. Not while the service's own output is stuck or the broker is away, and only once its input has been
 * read up to now, so that neither a broker's outage nor a service that was away counts as silence. What was asked before that
 * gets its time again. The table is shared and the input is not: each process fires for the orders whose messages it reads.
 */
export function deadlines(setting: Deadlines, overdue: Overdue): () => Promise<void> {
  const { store, transport, publisher, subscription, perform, stopping } = setting;
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
    const due = await dueHere(overdue, store, subscription, await setting.decided());
    if (due.length === 0) return;
    await readUpToNow();
    const heardSince = await listening();
    if (heardSince === null) return;
    // What was read up to now was read by whoever has the partition now.
    const still = due.filter((orderId) => subscription.serves(orderId));
    const fire = async (orderId: string): Promise<void> => {
      const job = overdue.work(orderId, heardSince);
      await perform(job);
      job.committed?.();
    };
    await Promise.all(still.map(fire));
  };
}

/** The orders that are due and whose messages this process reads, as many as one round takes. However many are others'. */
async function dueHere(
  overdue: Overdue,
  store: Store,
  subscription: Pick<Subscription, 'serves'>,
  now: number,
): Promise<readonly string[]> {
  const here: string[] = [];
  let after: string | null = null;
  while (here.length < atOnce) {
    const page: readonly string[] = await pageOf(overdue, store, now, after);
    here.push(...page.filter((orderId) => subscription.serves(orderId)));
    if (page.length < atOnce) break;
    after = page.at(-1) ?? null;
  }
  return here;
}

/** Oldest orders first. */
async function pageOf({ table, where: open }: Overdue, store: Store, now: number, after: string | null): Promise<readonly string[]> {
  const where: Query['where'] = [...open, ['dueAt', '<=', now], ...(after === null ? [] : [['orderId', '>', after] as const])];
  const rows = await store.select(table, { where, orderBy: [['orderId', 'asc']], limit: atOnce });
  return rows.map(({ orderId }) => orderId as string);
}
