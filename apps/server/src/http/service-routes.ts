/** What the services of this process tell, each under /services/<name>: for the other processes of this installation, and nobody else. */
import { type Route, sagaRoutes } from '@ensemble/engine';
import { routes as cart } from '@ensemble/cart/routes';
import { routes as gateway } from '@ensemble/gateway/routes';
import { routes as inventory } from '@ensemble/inventory/routes';
import { routes as monitor } from '@ensemble/monitor/routes';
import { routes as orderHistory } from '@ensemble/order-history/routes';
import { routes as product } from '@ensemble/product/routes';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { participants } from '../catalogue.ts';
import { ask } from './ask.ts';
import { routesOfDesks } from './desk-letters.ts';
import type { Hall } from './here.ts';
import { servicePath } from './neighbours.ts';

const all: readonly Route[] = [
  ...[cart, gateway, inventory, monitor, orderHistory, product].flatMap((routes) => Object.values<Route>(routes)),
  ...participants.flatMap(({ name, coordinates }): readonly Route[] => (coordinates ? Object.values<Route>(sagaRoutes(name)) : [])),
  ...[...routesOfDesks.values()].flatMap((routes) => Object.values<Route>(routes)),
];

interface Asked {
  readonly Params: Record<string, string>;
  readonly Querystring: Record<string, string>;
}

export function serviceRoutes(app: FastifyInstance, services: readonly string[], { here }: Hall): void {
  for (const route of all.filter(({ service }) => services.includes(service))) {
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const schema = { params: Type.Pick(route.params, inPath), querystring: Type.Omit(route.params, inPath) };
    app.get<Asked>(
      `${servicePath(route.service)}${route.path}`,
      {
        schema,
        // Before anything of the request is read: to a stranger there is nothing at this address.
        onRequest: async (request, reply) => {
          if (!here().neighbours.knows(request.headers)) reply.callNotFound();
        },
      },
      async ({ params, query }, reply) =>
        reply.type('application/json').send(JSON.stringify(await ask(here(), route, { ...query, ...params }))),
    );
  }
}
