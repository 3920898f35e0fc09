/**
 * How an order that nobody coordinates stands, worked out from the set of messages that were heard. So the same messages make the same
 * row, in whatever order and however often they arrive; and what is overdue is a question of the time of asking, by no clock of its own.
 */
import type { Decisions, Entry, RowOf, SagaState, Wait } from '@ensemble/engine';
import type { OrderStatus } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { Awaited, tables } from './tables.ts';

type Order = RowOf<typeof tables.orders>;

export const domain: Decisions<typeof operations, typeof tables> = {
  watch({ orders }, entry) {
    const row = orders.get(entry.orderId);
    const known = row?.flow === entry.flow ? row : undefined;
    const isOfAnother = row !== undefined && known === undefined && (row.progress.named || !entry.named);
    const next = isOfAnother ? row : hearing(known, entry);
    return next === row ? {} : { rows: { orders: [next] } };
  },
};

/** What a coordinator would call it, by the status of the order. */
const states: Readonly<Record<OrderStatus, SagaState>> = {
  ACCEPTED: 'RUNNING',
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  CANCELLING: 'COMPENSATING',
  FAILED: 'FAILED',
  CANCELLED: 'COMPENSATED',
};
/** The later stands over the earlier, by no clock. */
const precedence: readonly SagaState[] = ['RUNNING', 'COMPLETED', 'COMPENSATING', 'FAILED', 'COMPENSATED'];

const later = (a: SagaState, b: SagaState): SagaState => (precedence.indexOf(a) < precedence.indexOf(b) ? b : a);

/** The row itself where nothing new was heard. */
function hearing(row: Order | undefined, entry: Entry): Order {
  const { orderId, flow, message, at, status } = entry;
  const before = row?.progress.heard[message];
  const named = entry.named || (row?.progress.named ?? false);
  if (row && before !== undefined && before <= at && named === row.progress.named) return row;
  const heard = { ...row?.progress.heard, [message]: Math.min(before ?? at, at) };
  const leads = unsettled(row?.progress.leads ?? [], entry, heard);
  const state = later(row?.state ?? 'RUNNING', states[status]);
  const awaited = named ? awaitedOf(state, leads) : [];
  return {
    orderId,
    flow,
    state,
    progress: { heard, leads, named },
    open: awaited.length > 0,
    dueAt: dueAt(awaited),
    flaggedAt: flaggedAt(awaited),
    updatedAt: Math.max(...Object.values(heard)),
  };
}

/** What was settled stays settled: nobody has to remember that it was waited for. */
function unsettled(
  leads: readonly Awaited[],
  { message, at, leads: more, settles }: Entry,
  heard: Readonly<Record<string, number>>,
): readonly Awaited[] {
  const isSettled = (lead: Awaited): boolean => settles.some(({ operation, by }) => operation === lead.operation && by === lead.by);
  const before = leads.filter((lead) => lead.by !== message && !isSettled(lead));
  const fresh = more.filter(({ settledBy }) => !settledBy.some((key) => key in heard));
  const all = [...before, ...fresh.map(({ settledBy: _, ...lead }) => ({ ...lead, by: message, since: heard[message] ?? at }))];
  return all.toSorted((a, b) => a.since - b.since || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
}

/** Milliseconds that an answer usually takes at the most. */
const usual = 10_000;

const hasEnded = (state: SagaState): boolean => state === 'COMPLETED' || state === 'COMPENSATED';

/** What may have been done in silence is waited for only where nothing else is: then somebody has yet to end the order. */
export function awaitedOf(state: SagaState, leads: readonly Awaited[]): readonly Awaited[] {
  if (!leads.some(({ mayBeSilent }) => mayBeSilent)) return leads;
  const sure = leads.filter(({ mayBeSilent }) => !mayBeSilent);
  return sure.length > 0 || hasEnded(state) ? sure : leads;
}

/** When the answer to the first of them is overdue; null: none is to come. */
const dueAt = (awaited: readonly Awaited[]): number | null => earliest(awaited.map(({ since }) => since + usual));

/** When a person should look, unless what is taken back is answered before; null: nothing is. */
const flaggedAt = (awaited: readonly Awaited[]): number | null =>
  earliest(awaited.flatMap(({ since, giveUp }) => (giveUp === null ? [] : [since + giveUp])));

/** By operation, the longest waited for first. Asked for by several messages, it is waited for since the first of them. */
export function waitsFor(awaited: readonly Awaited[]): readonly Wait[] {
  const waits = [...Map.groupBy(awaited, ({ operation }) => operation)].map(([operation, same]) => {
    const since = Math.min(...same.map((each) => each.since));
    return { operation, participant: same[0]?.participant ?? '', since, due: since + usual };
  });
  return waits.toSorted((a, b) => a.since - b.since || (a.operation < b.operation ? -1 : 1));
}

const earliest = (times: readonly number[]): number | null => (times.length > 0 ? Math.min(...times) : null);
