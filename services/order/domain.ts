/** How the order service decides: which orders it takes, and what it keeps of them. */
import type { Decisions, RowOf } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

/** Pieces in one order. More is a slip of the keyboard, or a dealer who should call. */
const mostPieces = 10_000;

export const domain: Decisions<typeof operations, typeof tables> = {
  create(_, { customerId, lines, paymentMethod = null, total = null, currency = null }) {
    const reason = objection(lines);
    if (reason) return { says: 'refused', adds: { reason } };
    return { says: 'created', record: { customerId, lines, paymentMethod, total, currency } };
  },

  complete({ record }, { pricedLines = null, total = record?.total ?? null, currency = record?.currency ?? null, paymentId = null }) {
    return { says: 'completed', record: { pricedLines, total, currency, paymentId } };
  },

  cancel() {
    return { says: 'cancelled' };
  },

  settleStock: ({ record }) => settled(record, 'settleMoney', 'settleParcel'),
  settleMoney: ({ record }) => settled(record, 'settleStock', 'settleParcel'),
  settleParcel: ({ record }) => settled(record, 'settleStock', 'settleMoney'),
};

/** Its own word is there: so it is, once both others are. */
const settled = (record: RowOf<typeof tables.record> | undefined, ...others: readonly string[]) =>
  ({ says: others.every((verb) => record?.answers[verb]) ? 'settled' : 'open' }) as const;

function objection(lines: readonly Line[]): string | undefined {
  const twice = lines.find(({ productId }, at) => lines.findIndex((line) => line.productId === productId) < at);
  if (twice) return `${twice.productId} is on more than one line`;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (pieces > mostPieces) return `${pieces} pieces are more than the ${mostPieces} that one order may hold`;
  return undefined;
}
