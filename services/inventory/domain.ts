/** How inventory decides: available + held + sold stays what was put in, per product, and none is ever below zero. */
import type { Decisions, RowOf, Rows } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

type Stock = RowOf<typeof tables.stock>;

export const domain: Decisions<typeof operations, typeof tables> = {
  reserve({ stock, prices }, { lines, total, currency }) {
    for (const [productId, wanted] of perProduct(lines)) {
      const row = stock.get(productId);
      if (!row) return unavailable(productId, `unknown product ${productId}`);
      if (row.available < wanted) return unavailable(productId, `not enough of ${productId}: ${wanted} wanted, ${row.available} available`);
    }
    const doubt = total === undefined ? null : doubtOf(prices, lines, total, currency);
    if (doubt) return doubt;
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

const unavailable = (productId: string, reason: string) => ({ says: 'unavailable', adds: { reason, productId } }) as const;

/**
 * Why an order is not reserved that says what it costs; null: it costs that. A price that has not been told here yet says nothing against
 * the order, and neither does one that is here, since the order may have been agreed at a newer one: it is looked at again. Only where the
 * prices still say otherwise at last, it is refused.
 */
function doubtOf(prices: Rows<typeof tables.prices>, lines: readonly Line[], total: number, said: string | undefined) {
  let sum = 0;
  let currency = said;
  let untold: string | undefined;
  for (const { productId, quantity } of lines) {
    const row = prices.get(productId);
    if (!row) {
      untold ??= productId;
      continue;
    }
    currency ??= row.currency;
    if (row.currency !== currency) return differs(productId, `${productId} is priced in ${row.currency}, not ${currency}`);
    sum += row.price * quantity;
  }
  if (untold !== undefined) return { notYet: `the price of ${untold} has not been told here yet` } as const;
  const [first] = lines;
  if (sum === total || !first) return null;
  return differs(first.productId, `the total does not match: the order says ${total}, the prices say ${sum}`);
}

const differs = (productId: string, notYet: string) => ({ notYet, atLast: unavailable(productId, notYet) }) as const;

type Pile = 'available' | 'held' | 'sold';

function moved(stock: Rows<typeof tables.stock>, lines: readonly Line[], from: Pile, to: Pile): Stock[] {
  return [...perProduct(lines)].map(([productId, quantity]) => {
    const row = stock.get(productId);
    // The service's role may not delete stock; to skip the line would lose what is reserved.
    if (!row) throw new Error(`the stock of ${productId} is gone`);
    return { ...row, [from]: row[from] - quantity, [to]: row[to] + quantity };
  });
}

/** Two lines of one product are one quantity: line by line, each might find enough where both do not. */
function perProduct(lines: readonly Line[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { productId, quantity } of lines) sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return sums;
}
