/** Ensemble's HTTP interface, as the commands use it. */
import { EnsembleError } from '@ensemble/errors';
import type { Order, OrderList, Placed, Problem, Timeline } from './api.ts';
import type { WantedLine } from './product-argument.ts';
import { type ServerEvent, serverEvents } from './sse.ts';

export interface NewOrder {
  readonly lines: readonly WantedLine[];
  readonly paymentMethod?: string | undefined;
  readonly flow?: string | undefined;
  /** What it is to cost: minor units. It is refused where it costs something else. */
  readonly total?: number | undefined;
  readonly currency?: string | undefined;
}

export interface Placing {
  /** Without one it is the demo customer. */
  readonly customerId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface ListFilter {
  readonly status?: string | undefined;
  readonly limit?: string | undefined;
}

/** Every call may fail with SERVER_UNREACHABLE, and with SERVER_REFUSED with the `problem` in its details. */
export interface Client {
  readonly url: string;
  place(order: NewOrder, placing: Placing): Promise<Placed>;
  order(id: string): Promise<Order>;
  timeline(id: string): Promise<Timeline>;
  list(filter: ListFilter): Promise<OrderList>;
  cancel(id: string, reason?: string): Promise<Placed>;
  /** All that happened to an order, then what happens, until the server or `signal` ends it. */
  events(id: string, signal: AbortSignal): AsyncIterable<ServerEvent>;
}

/** Milliseconds an answer may take; a stream may take as long as it likes. */
const patience = 30_000;

export function connect(url: string, fetch: typeof globalThis.fetch): Client {
  const base = addressOf(url);

  async function request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(new URL(path, base), init).catch((error: unknown) => {
      throw new EnsembleError('SERVER_UNREACHABLE', `No Ensemble answers at ${url} (${reasonOf(error)}).`, { url }, error);
    });
    if (!response.ok) throw refused(response.status, await response.text());
    return response;
  }
  async function ask<T>(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await request(path, {
      method,
      signal: AbortSignal.timeout(patience),
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return answerOf(await response.text(), url) as T;
  }
  const order = (id: string): string => `api/orders/${encodeURIComponent(id)}`;

  return {
    url,
    place: (wanted, { customerId, idempotencyKey }) =>
      ask('POST', 'api/orders', wanted, given({ 'x-customer-id': customerId, 'idempotency-key': idempotencyKey })),
    order: (id) => ask('GET', order(id)),
    timeline: (id) => ask('GET', `${order(id)}/timeline`),
    list: (filter) => ask('GET', `api/orders${queryOf(given({ ...filter }))}`),
    cancel: (id, reason) => ask('POST', `${order(id)}/cancel`, reason === undefined ? {} : { reason }),
    async *events(id, signal) {
      const { body } = await request(`${order(id)}/events`, { headers: { accept: 'text/event-stream' }, signal });
      if (!body) return;
      try {
        yield* serverEvents(body);
      } catch (error) {
        throw new EnsembleError('SERVER_UNREACHABLE', `The connection to ${url} broke off.`, { url }, error);
      }
    },
  };
}

/** Those that have a value. */
const given = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));

const queryOf = (values: Record<string, string>): string =>
  Object.keys(values).length === 0 ? '' : `?${new URLSearchParams(values).toString()}`;

/** Errors: COMMAND_INVALID. */
function addressOf(url: string): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url.endsWith('/') ? url : `${url}/`);
  throw new EnsembleError('COMMAND_INVALID', `--url is an address like http://127.0.0.1:3000, not ${JSON.stringify(url)}.`);
}

/** What fetch says is "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : message;
}

function refused(status: number, text: string): EnsembleError {
  const problem: Problem = { ...(jsonOf(text) as object | undefined), status };
  const happened = problem.detail ?? problem.title ?? `The server answered ${status}.`;
  return new EnsembleError('SERVER_REFUSED', happened, { problem });
}

/** Errors: SERVER_UNREACHABLE where it is no JSON. */
function answerOf(text: string, url: string): unknown {
  const answer = jsonOf(text);
  if (answer === undefined) throw new EnsembleError('SERVER_UNREACHABLE', `What answers at ${url} is not Ensemble.`, { url });
  return answer;
}

/** undefined: not a JSON object. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
