/**
 * How an order that nobody coordinates stands, worked out from the set of messages that were heard. So the same messages make the same
 * row, in whatever order and however often they arrive; and what is overdue is a question of the time of asking, by no clock of its own.
 */
import type { Decisions, Lead, RowOf, SagaState, Wait } from '@ensemble/engine';
import type { OrderStatus } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { Heard, tables } from './tables.ts';

type Order = RowOf<typeof tables.orders>;
type AllHeard = Readonly<Record<string, Heard>>;

export const domain: Decisions<typeof operations, typeof tables> = {
  watch({ orders }, { orderId, flow, message, at, status, leads }) {
    const known = orders.get(orderId)?.progress.heard ?? {};
    const before = known[message];
    if (before && before.at <= at) return {};
    return { rows: { orders: [standing({ orderId, flow }, { ...known, [message]: { at, status, leads } })] } };
  },
};

/** Milliseconds that an answer usually takes at the most. */
const usual = 10_000;

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

function standing(order: Pick<Order, 'orderId' | 'flow'>, all: AllHeard): Order {
  const heard = unsettled(all);
  const statuses = Object.values(heard).map(({ status }) => precedence.indexOf(states[status]));
  const state = precedence[Math.max(...statuses)] ?? 'RUNNING';
  const awaited = awaitedIn(heard, state === 'COMPLETED' || state === 'COMPENSATED');
  const waits = waitsFor(awaited);
  return {
    ...order,
    state,
    progress: { heard, waits },
    open: waits.length > 0,
    dueAt: earliest(waits.map(({ due }) => due)),
    flaggedAt: earliest(awaited.flatMap(({ since, lead: { giveUp } }) => (giveUp === null ? [] : [since + giveUp]))),
    updatedAt: Math.max(...Object.values(heard).map(({ at }) => at)),
  };
}

/** What was settled stays settled: nobody has to remember that it was waited for. */
function unsettled(all: AllHeard): AllHeard {
  const open = ({ settledBy }: Lead): boolean => !settledBy.some((key) => key in all);
  const inOrder = Object.entries(all).toSorted(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1));
  return Object.fromEntries(inOrder.map(([key, { leads, ...rest }]) => [key, { ...rest, leads: leads.filter(open) }]));
}

interface Awaited {
  readonly lead: Lead;
  readonly since: number;
}

/** What may have been done in silence is waited for only where nothing else is: then somebody has yet to end the order. */
function awaitedIn(heard: AllHeard, isEnded: boolean): readonly Awaited[] {
  const all = Object.values(heard).flatMap(({ at, leads }) => leads.map((lead) => ({ lead, since: at })));
  const sure = all.filter(({ lead }) => !lead.mayBeSilent);
  return sure.length > 0 || isEnded ? sure : all;
}

/** Asked for by several messages, it is waited for since the first of them. */
function waitsFor(awaited: readonly Awaited[]): readonly Wait[] {
  const waits = [...Map.groupBy(awaited, ({ lead }) => lead.operation)].map(([operation, same]) => {
    const since = Math.min(...same.map((each) => each.since));
    return { operation, participant: same[0]?.lead.participant ?? '', since, due: since + usual };
  });
  return waits.toSorted((a, b) => a.since - b.since || (a.operation < b.operation ? -1 : 1));
}

const earliest = (times: readonly number[]): number | null => (times.length > 0 ? Math.min(...times) : null);
