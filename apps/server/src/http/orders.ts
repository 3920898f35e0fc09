/** /api/orders: place, ask, cancel. */
import { isOrderId } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { isEnd } from '@ensemble/flow';
import { cancelling } from '@ensemble/gateway';
import { routes as orderHistory } from '@ensemble/order-history/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { customerOf } from './customer.ts';
import { streams } from './events.ts';
import { findOrder, flowOf } from './find-order.ts';
import type { Hall, Here } from './here.ts';
import { listOrders } from './list-orders.ts';
import { OrderBody, placeOrder } from './placing.ts';
import { linksOf, type StatusView, statusView } from './views.ts';
import { waitingFor } from './waiting.ts';

interface OrderParams {
  readonly Params: { readonly orderId: string };
}

/** Words for a person: no control characters, and no half of a character. None is needed. */
const CancelBody = Type.Object({ reason: Type.Optional(Type.String({ pattern: '^[^\\p{Cc}\\p{Cs}]{0,200}$' })) });

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined || (typeof given === 'string' && /^[ -~]{1,255}$/.test(given))) return given;
  throw new EnsembleError('REQUEST_INVALID', 'Idempotency-Key is 1 to 255 printable characters.');
}

const traceparentOf = ({ headers: { traceparent } }: FastifyRequest): string | undefined =>
  typeof traceparent === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent) ? traceparent : undefined;

function idOf({ params }: FastifyRequest<OrderParams>): string {
  const orderId = params.orderId.toLowerCase();
  if (isOrderId(orderId)) return orderId;
  throw new EnsembleError('ORDER_UNKNOWN', 'That is no order id.');
}

export function orders(app: FastifyInstance, hall: Hall): void {
  const { here } = hall;
  const stream = streams(hall);
  app.post<{ Body: OrderBody }>('/api/orders', { schema: { body: OrderBody } }, async (request, reply) => {
    const { system, config } = here();
    const { orderId, repeated } = await placeOrder(here(), {
      customerId: customerOf(request),
      body: request.body,
      idempotencyKey: idempotencyKeyOf(request),
      traceparent: traceparentOf(request),
    });
    const links = linksOf(orderId);
    if (repeated) void reply.header('idempotency-replayed', 'true');
    // What was ordered then runs as it did then: by now the usual flow may be another.
    const flow = repeated ? await flowOf(here(), orderId) : (request.body.flow ?? config.flow);
    return reply
      .code(202)
      .header('location', links.self)
      .send({ orderId, ...statusView(system.flows, flow, 'ACCEPTED'), links });
  });

  app.get<{ Querystring: Record<string, string> }>(
    '/api/orders',
    { schema: { querystring: orderHistory.orders.params } },
    async ({ query }) => listOrders(here(), query),
  );

  app.get<OrderParams>('/api/orders/:orderId', async (request) => {
    const found = await findOrder(here(), idOf(request));
    return { ...found.order, archived: found.archived, waitingFor: await waitingFor(here(), found) };
  });

  app.get<OrderParams>('/api/orders/:orderId/timeline', async (request) => {
    const { order, timeline } = await findOrder(here(), idOf(request));
    return { orderId: order.orderId, status: order.status, entries: timeline };
  });

  app.get<OrderParams>('/api/orders/:orderId/events', { exposeHeadRoute: false }, async (request, reply) => stream(idOf(request), reply));

  app.post<OrderParams & { Body: Static<typeof CancelBody> }>(
    '/api/orders/:orderId/cancel',
    {
      schema: { body: CancelBody },
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      const status = await cancelOrder(here(), idOf(request), request.body.reason || undefined);
      return reply.code(202).send({ orderId: idOf(request), ...status, links: linksOf(idOf(request)) });
    },
  );
}

/** Errors: ORDER_UNKNOWN, ORDER_ENDED, CANCEL_NOT_OFFERED. */
async function cancelOrder(here: Here, orderId: string, reason = 'cancelled by the customer'): Promise<StatusView> {
  const { system } = here;
  const gateway = system.services.get('gateway');
  if (!gateway) throw new EnsembleError('SERVICE_ELSEWHERE', 'The gateway does not run in this process.', { service: 'gateway' });
  // A dead letter decides nothing: whether it is too late is for those to say who decide about the order.
  const { order, otherwise: status } = await findOrder(here, orderId);
  const asked = statusView(system.flows, order.flow, status);
  if (isEnd(status) || status === 'FAILED')
    throw new EnsembleError('ORDER_ENDED', `Order ${orderId} is ${asked.statusWord} already.`, { orderId, status });
  if (status === 'CANCELLING') return asked;
  const flow = system.flows.find(({ name }) => name === order.flow);
  if (!flow) throw new EnsembleError('CANCEL_NOT_OFFERED', `This release has no flow ${order.flow}.`, { orderId });
  await gateway.perform(cancelling(flow, orderId, reason));
  return asked;
}
