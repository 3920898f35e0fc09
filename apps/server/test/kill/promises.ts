/** What customers were promised, compared with what became of it; and what must hold anyway. An empty list: it holds. */
import type { RowOf } from '@ensemble/engine';
import { isEnd, type OrderEnd } from '@ensemble/flow';
import { tables as gateway } from '@ensemble/gateway';
import { tables as history } from '@ensemble/order-history/tables';
import { setTimeout as wait } from 'node:timers/promises';
import { audit } from '../../src/audit.ts';
import type { Kind, PlacedOrder } from './customers.ts';
import type { Stores } from './databases.ts';

const ends: Readonly<Record<Kind, readonly OrderEnd[]>> = {
  plain: ['COMPLETED'],
  declined: ['CANCELLED'],
  unknown: ['CANCELLED'],
  'sold out': ['CANCELLED'],
  cancelled: ['COMPLETED', 'CANCELLED'],
};

/** No order answered 202 is missing, none was taken twice, and each ended once, as its kind must. */
async function promisesKept(stores: Stores, orders: readonly PlacedOrder[]): Promise<readonly string[]> {
  const [told, accepted, requests] = await Promise.all([
    stores.get('order-history')?.select(history.orders, {}) as Promise<readonly RowOf<typeof history.orders>[]>,
    stores.get('gateway')?.select(gateway.accepted, {}) as Promise<readonly RowOf<typeof gateway.accepted>[]>,
    stores.get('gateway')?.select(gateway.requests, {}) as Promise<readonly RowOf<typeof gateway.requests>[]>,
  ]);
  const known = new Set(accepted.map(({ orderId }) => orderId));
  const byKey = new Map(requests.map(({ idempotencyKey, orderId }) => [idempotencyKey, orderId]));
  const histories = new Map(told.map((order) => [order.orderId, order]));
  const of = ({ key, kind, orderId }: PlacedOrder): string[] => {
    if (orderId === null) return [`${key} was never answered`];
    if (!known.has(orderId)) return [`${orderId} was answered 202 and is missing`];
    if (byKey.get(key) !== orderId) return [`${key} was answered ${orderId}, and is kept as ${byKey.get(key)}`];
    const { status, timeline = [] } = histories.get(orderId) ?? {};
    const terminal = new Set(timeline.map((entry) => entry.status).filter(isEnd));
    if (terminal.size !== 1)
      return [`${orderId} (${kind}) has ${terminal.size} ends: ${timeline.map(({ message }) => message).join(', ')}`];
    return (ends[kind] as readonly string[]).includes(status ?? '')
      ? []
      : [`${orderId} (${kind}) is ${status}: ${timeline.map(({ message }) => message).join(', ')}`];
  };
  const twice = known.size === requests.length ? [] : [`${known.size} orders were taken for ${requests.length} requests`];
  return [...twice, ...orders.flatMap(of)];
}

/** Milliseconds between two audits: each reads everything. */
const auditPause = 250;

/** Asks again until there is nothing left to say: queues drain a moment after the last order has ended. */
export async function findings(stores: Stores, orders: readonly PlacedOrder[], seconds: number): Promise<readonly string[]> {
  for (const deadline = performance.now() + seconds * 1_000; ; await wait(auditPause)) {
    const found = [...(await audit(stores)), ...(await promisesKept(stores, orders))];
    if (found.length === 0 || performance.now() > deadline) return found;
  }
}
