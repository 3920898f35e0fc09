/** The HTTP server: it listens from the first moment, and serves once the system is there. */
import type { Log } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import type { Config } from '../config.ts';
import { listenError } from '../servers.ts';
import { cart } from './cart.ts';
import { flows } from './flows.ts';
import { health } from './health.ts';
import { hall, type Hall, type Here } from './here.ts';
import { metrics, serveMetrics } from './metrics.ts';
import { orders } from './orders.ts';
import { page } from './page.ts';
import { problemOf } from './problems.ts';
import { products } from './products.ts';
import { serviceRoutes } from './service-routes.ts';
import { webhooks } from './webhooks.ts';

export interface Http {
  readonly url: string;
  /** From now on requests are served. */
  ready(here: Here): void;
  /** From now on requests are turned away, and streams end; /ready says so. */
  leave(): void;
  /** Ends the streams, finishes what is being answered. Safe to repeat. */
  close(): Promise<void>;
}

const bodyLimit = 64 * 1024;
/** Milliseconds that requests have to be answered in when the process stops. */
const closeGrace = 2_000;

/** In the place of fastify's own compilers, which are then not even loaded: ours checks schemas, and no route has one for its answers. */
function notOurs(): never {
  throw new Error('a route wants a compiler of schemas that is not ours');
}

/** Errors: PORT_IN_USE, CONFIG_INVALID. */
export async function listen(config: Config, log: Log): Promise<Http> {
  const inside = hall();
  const counted = metrics();
  const app = fastify({
    bodyLimit,
    logger: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // a stopping process says so itself, as a problem
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    schemaController: { compilersFactory: { buildValidator: notOurs, buildSerializer: notOurs } },
    frameworkErrors: (error, request, reply) => void answerProblem(log, error, request, reply),
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(({ schema }) => validator(schema as TSchema));
  answerProblems(app, log);
  health(app, inside);
  serveMetrics(app, counted);
  serviceRoutes(app, config.services, inside);
  webhooks(app, inside);
  api(app, inside);
  try {
    await app.listen({ port: config.port, host: config.host });
  } catch (error) {
    throw listenError(error, config);
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    inside.leave();
    // A connection that was opened ahead and never used counts as busy; and an answer that takes so long nobody gets.
    const late = setTimeout(() => app.server.closeAllConnections(), closeGrace);
    await app.close();
    clearTimeout(late);
  };
  return {
    url: `http://${hostIn(config.host)}:${port}`,
    ready(here) {
      counted.observe(here.system);
      inside.enter(here);
    },
    leave: inside.leave,
    close: () => (closed ??= close()),
  };
}

/** Where all interfaces are listened on, people still want an address that they can open. */
const hostIn = (host: string): string =>
  ['127.0.0.1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;

function api(app: FastifyInstance, inside: Hall): void {
  orders(app, inside);
  cart(app, inside);
  products(app, inside);
  flows(app, inside);
  page(app);
}

/** Nothing is converted: "2" is no quantity. */
function validator(schema: TSchema): (data: unknown) => { value: unknown } | { error: Error } {
  const compiled = Compile(schema);
  return (data) => {
    if (compiled.Check(data)) return { value: data };
    const [, [first]] = compiled.Errors(data);
    return { error: new Error(first ? `${first.instancePath.slice(1).replaceAll('/', '.') || 'it'} ${first.message}` : 'it does not fit') };
  };
}

function answerProblem(log: Log, error: unknown, { url, method, routeOptions }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, url);
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (problem.code === 'INTERNAL') log.error({ route: `${method} ${routeOptions.url ?? '?'}`, problem: words }, 'a request failed');
  if (problem.retry) void reply.header('retry-after', '1');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function answerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => answerProblem(log, error, request, reply));
  app.setNotFoundHandler(({ method, url }) => {
    throw new EnsembleError('ROUTE_UNKNOWN', `There is no ${method} ${url.slice(0, 200)}.`);
  });
}
