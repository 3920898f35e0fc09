/** How inventory decides: available + held + sold stays what was put in, per product, and none is ever below zero. */
import type { Decisions, RowOf, Rows } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

type Stock = RowOf<typeof tables.stock>;

export const domain: Decisions<typeof operations, typeof tables> = {
  reserve({ stock }, { lines }) {
    const short = lines.find((line) => (stock.get(line.productId)?.available ?? 0) < line.quantity);
    if (short) return { says: 'unavailable', adds: { reason: `not enough of ${short.productId}`, productId: short.productId } };
    return { says: 'reserved', rows: { stock: moved(stock, lines, 'available', 'held') }, record: { lines } };
  },

  release({ stock, record }) {
    const from = record?.answers['sell'] ? 'sold' : 'held';
    return { says: 'released', rows: { stock: moved(stock, record?.lines ?? [], from, 'available') } };
  },

  sell({ stock, record }) {
    return { says: 'sold', rows: { stock: moved(stock, record?.lines ?? [], 'held', 'sold') } };
  },
};

type Pile = 'available' | 'held' | 'sold';

function moved(stock: Rows<typeof tables.stock>, lines: readonly Line[], from: Pile, to: Pile): Stock[] {
  return lines.flatMap(({ productId, quantity }) => {
    const row = stock.get(productId);
    return row ? [{ ...row, [from]: row[from] - quantity, [to]: row[to] + quantity }] : [];
  });
}
