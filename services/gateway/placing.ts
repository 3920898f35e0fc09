/** Taking an order: it is accepted when its first message is in the gateway's outbox, and under one Idempotency-Key only once. */
import { type Job, nothing, type RowOf, say } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { tables } from './tables.ts';

export interface Idempotency {
  readonly key: string;
  /** The same for the same body. */
  readonly fingerprint: string;
}

export interface OrderedCart {
  /** Of the cart that is ordered. */
  readonly version: number;
  /** The version up to which it had been ordered when it was read. */
  readonly ordered: number;
}

export interface Placement {
  /** A new UUIDv7: the id of the order, of its saga, and the key of every message about it. */
  readonly orderId: string;
  readonly flow: Flow;
  readonly customerId: string;
  /** What the flow's first message carries, beside the order id. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly idempotency: Idempotency | null;
  /** Set when it orders the customer's cart, which is empty from then on but for what was put in meanwhile. */
  readonly cart?: OrderedCart | null;
  readonly traceparent?: string | undefined;
}

export interface PlacedOrder {
  /** That of the first request under the same key, when this one repeats it. */
  readonly orderId: string;
  readonly repeated: boolean;
}

type RequestRow = RowOf<typeof tables.requests>;
type CheckoutRow = RowOf<typeof tables.checkouts>;

/** `job` decides; `placed` tells once it is committed. Errors: IDEMPOTENCY_KEY_REUSED, CART_CHANGED. */
export function placing(placement: Placement): { readonly job: Job; readonly placed: () => PlacedOrder } {
  const { orderId, flow, customerId, facts, idempotency, cart = null } = placement;
  let placed: PlacedOrder = { orderId, repeated: false };
  const job: Job = {
    keys(table) {
      if (table === tables.accepted) return [[orderId]];
      if (table === tables.checkouts) return cart ? [[customerId]] : [];
      return table === tables.requests && idempotency ? [[customerId, idempotency.key]] : [];
    },
    decide(working, now) {
      const before = idempotency && orderBefore(working, customerId, idempotency);
      if (before) {
        placed = { orderId: before, repeated: before !== orderId };
        return nothing;
      }
      if (working.get(tables.accepted, [orderId])) return nothing;
      const checkout = cart && (working.get(tables.checkouts, [customerId]) as CheckoutRow | undefined);
      if (cart && (checkout?.version ?? 0) !== cart.ordered) throw new EnsembleError('CART_CHANGED', 'The cart has just been ordered.');
      const accepted: RowOf<typeof tables.accepted> = { orderId, customerId, flow: flow.name, acceptedAt: now };
      const message = say({
        flow,
        by: 'gateway',
        orderId,
        message: flow.begins,
        facts: { ...facts, customerId },
        at: now,
        traceparent: placement.traceparent,
      });
      const request = idempotency ? [[tables.requests, requestOf(placement, idempotency, now)] as const] : [];
      const checkedOut = cart ? [[tables.checkouts, { customerId, version: cart.version, orderId }] as const] : [];
      return { rows: [[tables.accepted, accepted], ...request, ...checkedOut], says: [message] };
    },
  };
  return { job, placed: () => placed };
}

/** The order that was placed under this key before, if one was: asked where what it would order now is not what it ordered then. */
export function repeating(customerId: string, idempotency: Idempotency): { readonly job: Job; readonly placed: () => PlacedOrder | null } {
  let before: string | null = null;
  const job: Job = {
    keys: (table) => (table === tables.requests ? [[customerId, idempotency.key]] : []),
    decide(working) {
      before = orderBefore(working, customerId, idempotency);
      return nothing;
    },
  };
  return { job, placed: () => (before === null ? null : { orderId: before, repeated: true }) };
}

/** Errors: IDEMPOTENCY_KEY_REUSED. */
function orderBefore(working: Parameters<Job['decide']>[0], customerId: string, { key, fingerprint }: Idempotency): string | null {
  const before = working.get(tables.requests, [customerId, key]) as RequestRow | undefined;
  if (before && before.fingerprint !== fingerprint) throw reused(before.orderId);
  return before?.orderId ?? null;
}

const requestOf = ({ orderId, customerId }: Placement, { key, fingerprint }: Idempotency, now: number): RequestRow => ({
  customerId,
  idempotencyKey: key,
  fingerprint,
  orderId,
  requestedAt: now,
});

const reused = (orderId: string): EnsembleError =>
  new EnsembleError('IDEMPOTENCY_KEY_REUSED', `this Idempotency-Key was used for order ${orderId} with another body`, { orderId });

/** The customer's cancel, said to whoever runs the flow. Said again it is the same message. */
export function cancelling(flow: Flow, orderId: string, reason: string): Job {
  return {
    keys: () => [],
    decide(_working, now) {
      if (!flow.cancel) throw new EnsembleError('CANCEL_NOT_OFFERED', `orders of ${flow.name} cannot be cancelled`, { orderId });
      return { rows: [], says: [say({ flow, by: 'gateway', orderId, message: flow.cancel, facts: { reason }, at: now })] };
    },
  };
}
