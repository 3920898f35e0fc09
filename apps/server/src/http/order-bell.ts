/** Tells whoever watches an order that this process has written its history: one look at each batch, however many watch. */
import type { System } from '../system.ts';

export interface OrderBell {
  /** `ring` is called after each change of the order's history; the returned function ends it. */
  on(orderId: string, ring: () => void): () => void;
}

export function orderBell(system: Pick<System, 'watch'>): OrderBell {
  const rings = new Map<string, Set<() => void>>();
  system.watch(({ service, changes }) => {
    if (service !== 'order-history' || rings.size === 0) return;
    const rows = changes.flatMap(({ insert = [], update = [] }) => [...insert, ...update]);
    for (const orderId of new Set(rows.map((row) => String(row['orderId'])))) for (const ring of rings.get(orderId) ?? []) ring();
  });
  return {
    on(orderId, ring) {
      const all = rings.get(orderId) ?? new Set();
      rings.set(orderId, all.add(ring));
      return () => {
        all.delete(ring);
        if (all.size === 0) rings.delete(orderId);
      };
    },
  };
}
