/** Taking an order: it is accepted when its first message is in the gateway's outbox, and under one Idempotency-Key only once. */
import { type Job, nothing, type RowOf, say } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { tables } from './tables.ts';

export interface Placement {
  /** A new UUIDv7: the id of the order, of its saga, and the key of every message about it. */
  readonly orderId: string;
  readonly flow: Flow;
  readonly customerId: string;
  /** What the flow's first message carries, beside the order id. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly idempotency: { readonly key: string /** The same for the same body. */; readonly fingerprint: string } | null;
  readonly traceparent?: string | undefined;
}

export interface PlacedOrder {
  /** That of the first request under the same key, when this one repeats it. */
  readonly orderId: string;
  readonly repeated: boolean;
}

type RequestRow = RowOf<typeof tables.requests>;

/** `job` decides; `placed` tells once it is committed. Errors: IDEMPOTENCY_KEY_REUSED. */
export function placing(placement: Placement): { readonly job: Job; readonly placed: () => PlacedOrder } {
  const { orderId, flow, customerId, facts, idempotency } = placement;
  let placed: PlacedOrder = { orderId, repeated: false };
  const job: Job = {
    keys(table) {
      if (table === tables.accepted) return [[orderId]];
      return table === tables.requests && idempotency ? [[customerId, idempotency.key]] : [];
    },
    decide(working, now) {
      const before = idempotency && (working.get(tables.requests, [customerId, idempotency.key]) as RequestRow | undefined);
      if (before) {
        if (before.fingerprint !== idempotency.fingerprint) throw reused(before.orderId);
        placed = { orderId: before.orderId, repeated: before.orderId !== orderId };
        return nothing;
      }
      if (working.get(tables.accepted, [orderId])) return nothing;
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
      return { rows: [[tables.accepted, accepted], ...request], says: [message] };
    },
  };
  return { job, placed: () => placed };
}

const requestOf = (
  { orderId, customerId }: Placement,
  { key, fingerprint }: NonNullable<Placement['idempotency']>,
  now: number,
): RequestRow => ({
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
