/** POST /api/orders: what may be asked, and the one job that takes it. */
import { Name } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { codecOf, type Flow } from '@ensemble/flow';
import { placing } from '@ensemble/gateway';
import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import type { Here } from './here.ts';
import { newOrderId } from './order-id.ts';

export const OrderBody = Type.Object({
  lines: Type.Array(Type.Object({ productId: Name, quantity: Type.Integer({ minimum: 1, maximum: 10_000 }) }), {
    minItems: 1,
    maxItems: 100,
  }),
  paymentMethod: Type.Optional(Name),
  flow: Type.Optional(Name),
  currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
});
export type OrderBody = Static<typeof OrderBody>;

/** The demo customers' wallet pays. */
const usualMethod = 'wallet';

export interface OrderRequest {
  readonly customerId: string;
  readonly body: OrderBody;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
}

/**
 * Resolves when the order is durable in the gateway's outbox. Errors: FLOW_UNKNOWN, LINES_REPEATED, REQUEST_INVALID, OUTBOX_FULL,
 * IDEMPOTENCY_KEY_REUSED, SERVICE_ELSEWHERE, STORE_UNAVAILABLE, SERVICE_STOPPED.
 */
export async function placeOrder(
  here: Here,
  { customerId, body, idempotencyKey, traceparent }: OrderRequest,
): Promise<{ orderId: string; repeated: boolean }> {
  const { system, config } = here;
  const gateway = system.services.get('gateway');
  if (!gateway) throw new EnsembleError('SERVICE_ELSEWHERE', 'The gateway does not run in this process.', { service: 'gateway' });
  const flow = flowOf(system.flows, body.flow ?? config.flow);
  refuseRepeated(body.lines);
  const orderId = newOrderId();
  const facts = {
    lines: linesOf(body),
    paymentMethod: body.paymentMethod ?? usualMethod,
    ...(body.currency === undefined ? {} : { currency: body.currency }),
  };
  const codec = codecOf(flow.begins);
  const problem = codec.problem(codec.encode({ ...facts, customerId, orderId }));
  if (problem !== null) throw new EnsembleError('REQUEST_INVALID', `The order does not fit ${flow.name}: ${problem}`);
  const { unsent } = gateway.health();
  if (unsent >= config.outboxLimit)
    throw new EnsembleError('OUTBOX_FULL', 'The broker has been away for so long that no more orders are taken.', { unsent });
  const idempotency = idempotencyKey === undefined ? null : { key: idempotencyKey, fingerprint: fingerprintOf(body) };
  const { job, placed } = placing({ orderId, flow, customerId, facts, idempotency, traceparent });
  await gateway.perform(job);
  return placed();
}

/** Only what the flow's words have: a field that a client adds goes no further. */
const linesOf = ({ lines }: OrderBody) => lines.map(({ productId, quantity }) => ({ productId, quantity }));

function flowOf(flows: readonly Flow[], name: string): Flow {
  const flow = flows.find((one) => one.name === name);
  if (flow) return flow;
  const names = flows.map((one) => one.name);
  throw new EnsembleError('FLOW_UNKNOWN', `There is no flow ${name}; there is ${names.join(', ')}.`, { flows: names });
}

function refuseRepeated(lines: OrderBody['lines']): void {
  const repeated = lines.find(({ productId }, index) => lines.findIndex((line) => line.productId === productId) !== index);
  if (repeated) throw new EnsembleError('LINES_REPEATED', `Two lines order ${repeated.productId}.`, { productId: repeated.productId });
}

/** The same for the same body, in whatever order its fields were written. */
function fingerprintOf(body: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(body, sorted)).digest('base64url');
}
