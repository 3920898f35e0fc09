/** Asks a service for what it tells: in this process where it runs here, else in the process that ROUTE_… names. */
import type { Route } from '@ensemble/engine';
import { EnsembleError, type ErrorCode, errorTable } from '@ensemble/errors';
import { envName } from '../config.ts';
import type { Here } from './here.ts';
import { servicePath } from './neighbours.ts';

type Params = Readonly<Record<string, string>>;

const patience = 5_000;

/** Errors: SERVICE_ELSEWHERE, SERVICE_UNREACHED, STORE_UNAVAILABLE, and those of the route. */
export async function ask<P extends Params, A>(here: Here, route: Route<P, A>, params: P): Promise<A> {
  const { system, config, neighbours } = here;
  const store = system.services.has(route.service) ? system.stores.get(route.service) : undefined;
  if (store) return route.answer(store, params);
  const at = config.routes[route.service];
  if (at !== undefined) return (await fetched(here, new URL(pathOf(route, params), at), route.service)) as A;
  neighbours.trouble(route.service).met(`it does not run here, and ${envName('ROUTE', route.service)} does not say where it does`);
  throw new EnsembleError('SERVICE_ELSEWHERE', `${route.service} does not run in this process.`, { service: route.service });
}

/** What is not in the path is the query. */
function pathOf({ service, path }: Pick<Route, 'service' | 'path'>, params: Params): string {
  const query = new URLSearchParams(params);
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    query.delete(name);
    return encodeURIComponent(params[name] ?? '');
  });
  return `${servicePath(service)}${filled}?${query.toString()}`;
}

/** The same route, asked of another process; its problem is thrown as it was there. */
async function fetched({ neighbours }: Here, url: URL, service: string): Promise<unknown> {
  const trouble = neighbours.trouble(service);
  const unreached = (problem: string, cause?: unknown): EnsembleError => {
    trouble.met(`${url.origin}: ${problem}`);
    return new EnsembleError('SERVICE_UNREACHED', `${service} does not answer.`, { service }, cause);
  };
  const signal = AbortSignal.timeout(patience);
  const answer = await fetch(url, { headers: neighbours.shown, redirect: 'error', signal }).catch((cause: unknown) => {
    throw unreached(reasonOf(cause), cause);
  });
  const body: unknown = await answer.json().catch((cause: unknown) => {
    throw unreached('what answers is no Ensemble', cause);
  });
  const { code = '', detail, details } = (body ?? {}) as { code?: string; detail?: string; details?: Record<string, unknown> };
  if (code === 'ROUTE_UNKNOWN') throw unreached(`${service} does not run there, or it has another ENSEMBLE_SECRET`);
  if (!answer.ok && !(code in errorTable)) throw unreached(`it answered ${answer.status}`);
  trouble.over();
  if (answer.ok) return body;
  throw new EnsembleError(code as ErrorCode, detail ?? '', details ?? {});
}

/** What fetch says is "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const { message, code } = (error instanceof Error && error.cause instanceof Error ? error.cause : error) as NodeJS.ErrnoException;
  return code ?? message;
}
