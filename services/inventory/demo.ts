/** The demo shop's stock: plenty of most things, few webcams, and no lamp at all. */
import type { RowOf } from '@ensemble/engine';
import type { tables } from './tables.ts';

const stocked = { keyboard: 100_000, mouse: 100_000, monitor: 50_000, headset: 50_000, desk: 20_000, chair: 20_000, webcam: 3, lamp: 0 };

export const demo: { readonly stock: readonly RowOf<typeof tables.stock>[] } = {
  stock: Object.entries(stocked).map(([productId, quantity]) => ({ productId, stocked: quantity, available: quantity, held: 0, sold: 0 })),
};
