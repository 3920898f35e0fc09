/** Following an order to its end, across servers that go away and come back. */
import { setTimeout as wait } from 'node:timers/promises';
import { EnsembleError, isError } from '@ensemble/errors';
import { type Entry, hasEnded, type Order, type Problem } from './api.ts';
import type { Client } from './client.ts';
import type { ServerEvent } from './sse.ts';

export type Step =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'status'; readonly order: Order }
  /** The connection is gone, and is looked for. */
  | { readonly kind: 'lost' };

export interface Patience {
  /** Milliseconds before it is tried again; doubled each time. */
  readonly first: number;
  readonly most: number;
  /** How often in a row it is tried. */
  readonly times: number;
}

/** About a minute. */
const usual: Patience = { first: 250, most: 5_000, times: 15 };

/**
 * Each message once, each change of status or problems, and the end of it when the order has ended. Ends early, without an error, when `signal`
 * aborts. Errors: SERVER_UNREACHABLE (at once when it was never reached), SERVER_REFUSED.
 */
export async function* follow(
  client: Pick<Client, 'events' | 'url'>,
  id: string,
  signal: AbortSignal,
  patience: Patience = usual,
): AsyncGenerator<Step> {
  const seen: Seen = { entries: new Set(), status: '', problems: undefined };
  const over = (): boolean => signal.aborted || hasEnded(seen.status);
  let failures = 0;
  while (!over()) {
    let problem = new EnsembleError('SERVER_UNREACHABLE', `${client.url} ends every connection.`);
    try {
      for await (const step of news(client.events(id, signal), seen)) {
        failures = 0;
        yield step;
      }
    } catch (error) {
      if (signal.aborted) return;
      problem = worthAnotherTry(error);
      if (seen.status === '') throw problem;
    }
    if (over()) return;
    if (failures === 0) yield { kind: 'lost' };
    failures += 1;
    if (failures > patience.times) throw problem;
    await wait(Math.min(patience.most, patience.first * 2 ** (failures - 1)), undefined, { signal }).catch(aborted);
  }
}

/** What was told already, over all connections. */
interface Seen {
  readonly entries: Set<string>;
  status: string;
  /** As JSON; undefined: a person has nothing to see to. */
  problems: string | undefined;
}

/** What a connection tells that is new. */
async function* news(events: AsyncIterable<ServerEvent>, seen: Seen): AsyncGenerator<Step> {
  for await (const { event, data } of events) {
    const entry = event === 'entry' ? (JSON.parse(data) as Entry) : undefined;
    if (entry && !seen.entries.has(entry.id)) {
      seen.entries.add(entry.id);
      yield { kind: 'entry', entry };
    }
    const order = event === 'status' ? (JSON.parse(data) as Order) : undefined;
    const problems = JSON.stringify(order?.problems);
    if (order && (order.status !== seen.status || problems !== seen.problems)) {
      Object.assign(seen, { status: order.status, problems });
      yield { kind: 'status', order };
    }
    // The server keeps listening: a person may yet mend it. Whoever watches need not.
    if (seen.status === 'FAILED') return;
  }
}

/** A server that is away, starts or stops. Errors: any other, thrown on. */
function worthAnotherTry(error: unknown): EnsembleError {
  if (isError(error, 'SERVER_UNREACHABLE')) return error;
  if (isError(error, 'SERVER_REFUSED') && (error.details['problem'] as Problem).status === 503) return error;
  throw error;
}

function aborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
