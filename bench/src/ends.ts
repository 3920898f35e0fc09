/** Whether orders have ended, by their history. */
import type { Store } from '@ensemble/engine';
import { orderEnds } from '@ensemble/flow';
import { tables } from '@ensemble/order-history/tables';
import { setTimeout as sleep } from 'node:timers/promises';

const atOnce = 500;

/** Of these orders those whose history does not say yet how they ended. */
export async function unended(history: Pick<Store, 'select'>, orderIds: readonly string[]): Promise<readonly string[]> {
  const left = new Set(orderIds);
  for (let from = 0; from < orderIds.length; from += atOnce) {
    const ids = orderIds.slice(from, from + atOnce);
    const where = [['orderId', 'in', ids] as const, ['status', 'in', orderEnds] as const];
    for (const { orderId } of await history.select(tables.orders, { where })) left.delete(String(orderId));
  }
  return [...left];
}

export interface Patience {
  /** Milliseconds without any of them ending, after which those that are left are given up. */
  readonly most: number;
  /** Milliseconds from one look to the next. */
  readonly between: number;
}

/** Resolves with those that are left. */
export async function waitForEnds(
  history: Pick<Store, 'select'>,
  orderIds: readonly string[],
  { most, between }: Patience,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let [left, since] = [await unended(history, orderIds), performance.now()];
  while (left.length > 0 && performance.now() - since < most) {
    await sleep(between, undefined, { signal });
    const now = await unended(history, left);
    if (now.length < left.length) since = performance.now();
    left = now;
  }
  return left;
}
