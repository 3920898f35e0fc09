/**
 * How a history is made: the timeline is a set of messages in the flow's order, and the rest of the row is worked out from it.
 * So the same messages make the same row, in whatever order and however often they arrive.
 */
import type { Decisions, Entry, RowOf } from '@ensemble/engine';
import type { OrderStatus } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { Known, Told, tables } from './tables.ts';

type Order = RowOf<typeof tables.orders>;

export const domain: Decisions<typeof operations, typeof tables> = {
  record: ({ orders }, entry) => kept(orders.get(entry.orderId), entry, told(entry)),
  archive: ({ orders }, entry) => kept(orders.get(entry.orderId), entry, { ...told(entry), archived: true }),
};

/** What was asked again has a later time: the first saying counts, whichever comes first. */
function kept(row: Order | undefined, entry: Entry, line: Told) {
  if (!row && !entry.sure) return { waits: true } as const;
  if (row && row.flow !== entry.flow && !entry.named) return {}; // another flow has a message of that name
  const timeline = row?.timeline ?? [];
  const before = timeline.find(({ message }) => message === entry.message);
  if (before && before.at <= entry.at) return {};
  return { rows: { orders: [summary(entry, [...timeline.filter((told) => told !== before), line].toSorted(byPlace))] } };
}

/** The later stands over the earlier, by no clock: what is being cancelled no longer completes, what is CANCELLED stays so. */
const precedence: readonly OrderStatus[] = ['ACCEPTED', 'RUNNING', 'COMPLETED', 'CANCELLING', 'FAILED', 'CANCELLED'];

const shown = [
  'customerId',
  'lines',
  'pricedLines',
  'total',
  'currency',
  'paymentId',
  'reason',
  'productId',
] as const satisfies (keyof Known)[];

/** The facts were checked against the message's schema when it was read. */
const told = ({ message, by, at, rank, status, facts }: Entry): Told => ({
  message,
  by,
  at,
  rank,
  status,
  changed: Object.fromEntries(shown.filter((name) => facts[name] !== undefined).map((name) => [name, facts[name]])),
});

const byPlace = (a: Told, b: Told): number => a.rank - b.rank || a.at - b.at || (a.message < b.message ? -1 : 1);

function summary({ orderId, flow }: Entry, timeline: readonly Told[]): Order {
  const known = timeline.reduce<Known>((before, { changed }) => ({ ...before, ...changed }), {});
  const times = timeline.map(({ at }) => at);
  const archivings = timeline.flatMap(({ archived, at }) => (archived ? [at] : []));
  const status = precedence[Math.max(...timeline.map((line) => precedence.indexOf(line.status)))] ?? 'ACCEPTED';
  const order = {
    status,
    lines: known.pricedLines ?? known.lines ?? null,
    total: known.total ?? null,
    currency: known.currency ?? null,
    paymentId: known.paymentId ?? null,
    reason: status === 'COMPLETED' ? null : (known.reason ?? null), // a cancel that came too late is no reason for anything
  };
  return {
    orderId,
    flow,
    customerId: known.customerId ?? null,
    ...order,
    timeline,
    archived: archivings.length > 0 ? { ...order, at: Math.max(...archivings) } : null,
    createdAt: Math.min(...times),
    updatedAt: Math.max(...times),
  };
}
