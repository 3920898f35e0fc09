/** What the services of this process tell, each under /services/<name>: other processes ask here. */
import type { Route } from '@ensemble/engine';
import { routes as gateway } from '@ensemble/gateway/routes';
import { routes as inventory } from '@ensemble/inventory/routes';
import { routes as orderHistory } from '@ensemble/order-history/routes';
import { routes as product } from '@ensemble/product/routes';
import type { FastifyInstance } from 'fastify';
import { ask, servicePath } from './ask.ts';
import type { Hall } from './here.ts';

const all: readonly Route[] = [gateway, inventory, orderHistory, product].flatMap((routes) => Object.values<Route>(routes));

export function serviceRoutes(app: FastifyInstance, services: readonly string[], { here }: Hall): void {
  for (const route of all.filter(({ service }) => services.includes(service))) {
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    app.get<{ Params: Record<string, string>; Querystring: Record<string, string> }>(
      `${servicePath(route.service)}${route.path}`,
      async ({ params, query }, reply) => {
        const given = { ...query, ...Object.fromEntries(inPath.map((name) => [name, params[name] ?? ''])) };
        return reply.type('application/json').send(JSON.stringify(await ask(here(), route, given)));
      },
    );
  }
}
