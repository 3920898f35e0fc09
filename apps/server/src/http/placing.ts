/** POST /api/orders: what may be asked, and the one job that takes it. */
import { shownTotal } from '@ensemble/cart/routes';
import { Name, type Service } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { Amount, codecOf, Currency, type Flow } from '@ensemble/flow';
import { type Idempotency, type PlacedOrder, placing, repeating } from '@ensemble/gateway';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from 'typebox';
import { cartOf } from './cart.ts';
import type { Here } from './here.ts';
import { newOrderId } from './order-id.ts';
import { agreedOn, beginsWithCost, costOf, shownOf } from './cost.ts';

const Line = Type.Object({ productId: Name, quantity: Type.Integer({ minimum: 1, maximum: 10_000 }) });

export const OrderBody = Type.Object({
  /** Without lines it is the customer's cart that is ordered. */
  lines: Type.Optional(Type.Array(Line, { minItems: 1, maxItems: 100 })),
  paymentMethod: Type.Optional(Name),
  flow: Type.Optional(Name),
  /** What the customer was shown that it costs: not ordered where it costs something else by now. A cart knows it without. */
  total: Type.Optional(Amount),
  currency: Type.Optional(Currency),
});
type Line = Static<typeof Line>;
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
 * Resolves when the order is durable in the gateway's outbox, and its cart is empty by that. Errors: FLOW_UNKNOWN, LINES_REPEATED,
 * CART_EMPTY, CART_CHANGED, ORDER_NOT_CARRIED, CURRENCIES_MIXED, PRICE_CHANGED, REQUEST_INVALID, OUTBOX_FULL, IDEMPOTENCY_KEY_REUSED,
 * SERVICE_ELSEWHERE, SERVICE_UNREACHED, STORE_UNAVAILABLE, SERVICE_STOPPED.
 */
export async function placeOrder(here: Here, request: OrderRequest): Promise<PlacedOrder> {
  const { system, config } = here;
  const { customerId, body, traceparent } = request;
  const gateway = system.services.get('gateway');
  if (!gateway) throw new EnsembleError('SERVICE_ELSEWHERE', 'The gateway does not run in this process.', { service: 'gateway' });
  const flow = flowOf(system.flows, body.flow ?? config.flow);
  const idempotency = idempotencyOf(request);
  const mayDiffer = !body.lines || shownOf(body) !== null || beginsWithCost(flow);
  const before = idempotency && mayDiffer ? await placedBefore(gateway, customerId, idempotency) : null;
  if (before) return before;
  const cart = body.lines ? null : await cartOf(here, customerId);
  const lines = linesOf(body.lines ?? cart?.items ?? []);
  const orderId = newOrderId();
  const asked = { lines, paymentMethod: body.paymentMethod };
  refuseUncarried(flow, asked);
  const shown = shownOf(body, cart && shownTotal(cart.items));
  const cost = shown || beginsWithCost(flow) ? await costOf(here, lines) : null;
  const agreed = cost && shown && agreedOn(cost, shown);
  const facts = { ...defined(asked), paymentMethod: body.paymentMethod ?? usualMethod, ...cost, ...agreed };
  const codec = codecOf(flow.begins);
  const problem = codec.problem(codec.encode({ ...facts, customerId, orderId }));
  if (problem !== null) throw new EnsembleError('REQUEST_INVALID', `The order does not fit ${flow.name}: ${problem}`);
  const { unsent } = gateway.health();
  if (unsent >= config.outboxLimit)
    throw new EnsembleError('OUTBOX_FULL', 'The broker has been away for so long that no more orders are taken.', { unsent });
  const { job, placed } = placing({ orderId, flow, customerId, facts, idempotency, cart, traceparent });
  await gateway.perform(job);
  return placed();
}

const defined = (facts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

/** What of an order the flow's first message has a place for. */
export function carriedBy({ begins }: Flow): { readonly severalLines: boolean; readonly paymentMethod: boolean } {
  const codec = codecOf(begins);
  const keeps = (facts: Readonly<Record<string, unknown>>): boolean => isDeepStrictEqual(codec.decode(codec.encode(facts)), facts);
  const line = { productId: 'a', quantity: 1 };
  return { severalLines: keeps({ lines: [line, line] }), paymentMethod: keeps({ paymentMethod: usualMethod }) };
}

/** What the customer said and the flow's first message would leave out: a second line, a way to pay. */
function refuseUncarried({ name, begins }: Flow, asked: Readonly<Record<string, unknown>>): void {
  const codec = codecOf(begins);
  const facts = defined(asked);
  const carried = codec.decode(codec.encode(facts));
  for (const [fact, value] of Object.entries(facts)) {
    if (isDeepStrictEqual(carried[fact], value)) continue;
    const words = fact === 'lines' && carried[fact] !== undefined ? 'only one line' : `no ${fact}`;
    throw new EnsembleError('ORDER_NOT_CARRIED', `Orders of ${name} carry ${words}.`, { flow: name, fact });
  }
}

const idempotencyOf = ({ idempotencyKey, body }: OrderRequest): Idempotency | null =>
  idempotencyKey === undefined ? null : { key: idempotencyKey, fingerprint: fingerprintOf(body) };

/** By the time that an order is asked for again, its cart or its price may be another. Errors: IDEMPOTENCY_KEY_REUSED. */
async function placedBefore(gateway: Service, customerId: string, idempotency: Idempotency): Promise<PlacedOrder | null> {
  const { job, placed } = repeating(customerId, idempotency);
  await gateway.perform(job);
  return placed();
}

/** Only what the flow's words have: a field that a client adds goes no further. Errors: LINES_REPEATED, CART_EMPTY. */
function linesOf(asked: readonly Line[]): Line[] {
  if (asked.length === 0) throw new EnsembleError('CART_EMPTY', 'There is nothing in the cart.');
  const repeated = asked.find(({ productId }, index) => asked.findIndex((line) => line.productId === productId) !== index);
  if (repeated) throw new EnsembleError('LINES_REPEATED', `Two lines order ${repeated.productId}.`, { productId: repeated.productId });
  return asked.map(({ productId, quantity }) => ({ productId, quantity }));
}

function flowOf(flows: readonly Flow[], name: string): Flow {
  const flow = flows.find((one) => one.name === name);
  if (flow) return flow;
  const names = flows.map((one) => one.name);
  throw new EnsembleError('FLOW_UNKNOWN', `There is no flow ${name}; there is ${names.join(', ')}.`, { flows: names });
}

/** The same for the same body, in whatever order its fields were written. */
function fingerprintOf(body: unknown): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(body, sorted)).digest('base64url');
}
