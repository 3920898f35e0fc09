/** Following an order to its end, across servers that go away and come back. */
import { setTimeout as wait } from 'node:timers/promises';
import { type EnsembleError, isError } from '@ensemble/errors';
import { type Entry, hasEnded, type Order, type Problem } from './api.ts';
import type { Client } from './client.ts';

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
 * Each message once, each change of status, and the end of it when the order has ended. Ends early, without an error, when `signal`
 * aborts. Errors: SERVER_UNREACHABLE (at once when it was never reached), SERVER_REFUSED.
 */
export async function* follow(client: Client, id: string, signal: AbortSignal, patience: Patience = usual): AsyncGenerator<Step> {
  const told = new Set<string>();
  let status = '';
  let [reached, failures] = [false, 0];
  while (!signal.aborted && !hasEnded(status)) {
    let problem: EnsembleError | undefined;
    try {
      for await (const { event, data } of client.events(id, signal)) {
        [reached, failures] = [true, 0];
        const entry = event === 'entry' ? (JSON.parse(data) as Entry) : undefined;
        if (entry && !told.has(entry.id)) {
          told.add(entry.id);
          yield { kind: 'entry', entry };
        }
        const order = event === 'status' ? (JSON.parse(data) as Order) : undefined;
        if (order && order.status !== status) {
          status = order.status;
          yield { kind: 'status', order };
        }
        // The server keeps listening: a person may yet mend it. Whoever watches need not.
        if (status === 'FAILED') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      problem = worthAnotherTry(error);
      if (!reached) throw problem ?? error;
    }
    if (signal.aborted || hasEnded(status)) return;
    if (failures === 0) yield { kind: 'lost' };
    failures += 1;
    if (failures > patience.times && problem) throw problem;
    await wait(Math.min(patience.most, patience.first * 2 ** (failures - 1)), undefined, { signal }).catch(aborted);
  }
}

/** A server that is away, starts or stops. A stream that breaks off is no error of ours and comes as fetch's own. Errors: any other. */
function worthAnotherTry(error: unknown): EnsembleError | undefined {
  if (isError(error, 'SERVER_UNREACHABLE')) return error;
  if (isError(error, 'SERVER_REFUSED')) {
    if ((error.details['problem'] as Problem).status === 503) return error;
    throw error;
  }
  if (error instanceof TypeError) return undefined;
  throw error;
}

function aborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
