/** /health: the process lives. /ready: what it can do, and what it cannot. */
import type { FastifyInstance } from 'fastify';
import type { Hall } from './here.ts';

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'starting' | 'stopping';
  readonly services: readonly {
    readonly service: string;
    readonly up: boolean;
    readonly problems: readonly string[];
    readonly unsent: number;
  }[];
}

/**
 * Degraded where a broker or a database is away. Still 200 while the gateway's own database is there, for it takes orders: only a
 * process that can do nothing for its clients is to be left alone (503).
 */
function readiness(hall: Hall): { readonly code: 200 | 503; readonly body: Readiness } {
  const state = hall.state();
  if (state !== 'running') return { code: 503, body: { status: state, services: [] } };
  const { system } = hall.here();
  const services = system.health().map(({ service, up, problems, unsent }) => ({ service, up, problems: up ? [] : problems, unsent }));
  const status = services.every(({ up }) => up) ? 'ready' : 'degraded';
  const needed = system.services.has('gateway') ? ['gateway'] : [...system.services.keys()];
  const serves = needed.every((name) => system.stores.get(name)?.health().up === true);
  return { code: serves ? 200 : 503, body: { status, services } };
}

export function health(app: FastifyInstance, hall: Hall): void {
  app.get('/health', async () => ({ status: 'alive' }));
  app.get('/ready', async (_, reply) => {
    const { code, body } = readiness(hall);
    return reply.code(code).header('cache-control', 'no-store').send(body);
  });
}
