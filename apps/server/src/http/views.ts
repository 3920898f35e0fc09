/** How an order looks to those who ask: the words of the API, made of the rows of order-history and the gateway. */
import { type DeskLetter, messageId, type Wait } from '@ensemble/engine';
import { type Flow, isEnd, type OrderStatus } from '@ensemble/flow';
import type { Accepted } from '@ensemble/gateway/routes';
import type { History, HistorySummary, Told } from '@ensemble/order-history/routes';

export interface Links {
  readonly self: string;
  readonly timeline: string;
  readonly events: string;
  readonly cancel: string;
}

export interface StatusView {
  readonly status: OrderStatus;
  /** The status in the words of the flow's document. */
  readonly statusWord: string;
}

/** Money in minor units; times in RFC 3339. */
export interface OrderView extends StatusView {
  readonly orderId: string;
  readonly flow: string;
  readonly customerId: string | null;
  readonly lines: HistorySummary['lines'];
  readonly total: number | null;
  readonly currency: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly links: Links;
  /** What a person has to see to; absent: nothing that is known of. */
  readonly problems?: readonly ProblemView[];
}

/** Something that is owed to the order: its message is a dead letter, or whoever is asked for it does not answer. */
export interface ProblemView {
  readonly operation: string;
  readonly service: string;
  readonly reason: string;
  readonly since: string;
}

/** An answer that is to come. */
export interface WaitView {
  readonly operation: string;
  readonly service: string;
  readonly since: string;
  readonly due: string;
  readonly overdue: boolean;
}

/** One message about an order, what that was once this was said, and the facts that it told. */
export interface EntryView extends StatusView {
  readonly id: string;
  /** Its place in the flow: a timeline is sorted by it, and only then by time, for the services' clocks differ a little. */
  readonly rank: number;
  readonly time: string;
  readonly by: string;
  readonly message: string;
  readonly changed: Told['changed'];
}

export const linksOf = (orderId: string): Links => {
  const self = `/api/orders/${orderId}`;
  return { self, timeline: `${self}/timeline`, events: `${self}/events`, cancel: `${self}/cancel` };
};

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const waitView = ({ operation, participant, since, due }: Wait, now: number): WaitView => ({
  operation,
  service: participant,
  since: time(since),
  due: time(due),
  overdue: due <= now,
});

export type Problem = Omit<DeskLetter, 'orderId'>;

export const problemView = ({ operation, participant, reason, since }: Problem): ProblemView => ({
  operation,
  service: participant,
  reason,
  since: time(since),
});

/** `flow`: by name. */
export const statusView = (flows: readonly Flow[], flow: string, status: OrderStatus): StatusView => ({
  status,
  statusWord: flows.find(({ name }) => name === flow)?.words[status] ?? status,
});

export const inStatus = (flows: readonly Flow[], order: OrderView, status: OrderStatus): OrderView => ({
  ...order,
  ...statusView(flows, order.flow, status),
});

export function orderView(flows: readonly Flow[], order: HistorySummary): OrderView {
  const { orderId, flow, status, customerId, lines, total, currency, reason } = order;
  return {
    orderId,
    flow,
    ...statusView(flows, flow, status),
    customerId,
    lines,
    total,
    currency,
    reason,
    createdAt: time(order.createdAt),
    updatedAt: time(order.updatedAt),
    links: linksOf(orderId),
  };
}

/** Between the 202 and the first message that the history hears. */
export function acceptedView(flows: readonly Flow[], { orderId, customerId, flow, acceptedAt }: Accepted): OrderView {
  const nothing = { lines: null, total: null, currency: null, paymentId: null, reason: null };
  return orderView(flows, { orderId, flow, status: 'ACCEPTED', customerId, ...nothing, createdAt: acceptedAt, updatedAt: acceptedAt });
}

const entryView = (flows: readonly Flow[], { orderId, flow }: History, { rank, at, by, message, status, changed }: Told): EntryView => ({
  id: messageId(orderId, message),
  rank,
  time: time(at),
  by,
  message,
  ...statusView(flows, flow, status),
  changed,
});

/** What an ended order came to, as its flow had it archived: all that its customer reads of it afterwards. */
export interface SnapshotView extends StatusView, Pick<OrderView, 'lines' | 'total' | 'currency' | 'reason'> {
  readonly paymentId: string | null;
  readonly archivedAt: string;
}

/** A flow may have it archived on the way too: what is final is final when the order has ended. */
function snapshotView(flows: readonly Flow[], { flow, archived }: History): SnapshotView | null {
  if (!archived || !isEnd(archived.status)) return null;
  const { status, at, ...bought } = archived;
  return { ...statusView(flows, flow, status), ...bought, archivedAt: time(at) };
}

export interface OrderWithTimeline {
  readonly order: OrderView;
  readonly timeline: readonly EntryView[];
  /** null: its flow archives none, or it has not ended. */
  readonly archived: SnapshotView | null;
}

export const historyView = (flows: readonly Flow[], history: History): OrderWithTimeline => ({
  order: orderView(flows, history),
  timeline: history.timeline.map((told) => entryView(flows, history, told)),
  archived: snapshotView(flows, history),
});
