/** Asks a service for what it tells: in this process where it runs here, else in the process that ROUTE_… names. */
import type { Route } from '@ensemble/engine';
import { EnsembleError, type ErrorCode, errorTable } from '@ensemble/errors';
import { envName } from '../config.ts';
import type { Here } from './here.ts';

type Params = Readonly<Record<string, string>>;

/** Where a process answers for the services that run in it. */
export const servicePath = (service: string): string => `/services/${service}`;

const patience = 5_000;

/** Errors: SERVICE_ELSEWHERE, STORE_UNAVAILABLE, and those of the route. */
export async function ask<P extends Params, A>({ system, config }: Here, route: Route<P, A>, params: P): Promise<A> {
  const store = system.services.has(route.service) ? system.stores.get(route.service) : undefined;
  if (store) return route.answer(store, params);
  const at = config.routes[route.service];
  if (at !== undefined) return (await fetched(at, route, params)) as A;
  const variable = envName('ROUTE', route.service);
  throw new EnsembleError(
    'SERVICE_ELSEWHERE',
    `${route.service} does not run in this process, and ${variable} does not say where it does.`,
    {
      service: route.service,
      variable,
    },
  );
}

/** The same route, asked of another process; its problem is thrown as it was there. */
async function fetched(at: string, route: Pick<Route, 'service' | 'path'>, params: Params): Promise<unknown> {
  const query = new URLSearchParams(params);
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    query.delete(name);
    return encodeURIComponent(params[name] ?? '');
  });
  const url = new URL(`${servicePath(route.service)}${path}`, at);
  url.search = query.toString();
  const unreached = (cause: unknown): EnsembleError =>
    new EnsembleError('SERVICE_UNREACHED', `${route.service} does not answer at ${at}.`, { service: route.service }, cause);
  const answer = await fetch(url, { signal: AbortSignal.timeout(patience) }).catch((cause: unknown) => {
    throw unreached(cause);
  });
  const body: unknown = await answer.json().catch((cause: unknown) => {
    throw unreached(cause);
  });
  if (answer.ok) return body;
  const { code, detail, details } = body as { code?: string; detail?: string; details?: Record<string, unknown> };
  if (code === undefined || !(code in errorTable)) throw unreached(undefined);
  throw new EnsembleError(code as ErrorCode, detail ?? '', details ?? {});
}
