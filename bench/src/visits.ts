/** Customers over HTTP, on a fixed timetable: at each visit one places an order, and reads how another that was placed before stands. */
import { startLoad } from './load.ts';
import type { OrderRequest } from './orders.ts';
import { newTimes, recordIn, type Times } from './times.ts';

/** Requests of one kind: those that were answered as they should be, from the moment they were due, and the others. */
export interface Asked {
  readonly times: Times;
  failed: number;
}

export interface VisitTally {
  readonly placed: Asked;
  /** An order and its timeline: two a visit. */
  readonly read: Asked;
}

export interface Visits {
  /** The orders that were taken, in that order. */
  readonly taken: readonly string[];
  /** Counts anew from here; gives what was counted until now, and goes on where answers are to come. */
  turn(): VisitTally;
  /** No more visits; resolves when all that was asked has been answered. */
  stop(): Promise<void>;
}

export interface Visiting {
  readonly url: string;
  /** Visits a second. */
  readonly rate: number;
  readonly requestOf: (number: number) => OrderRequest;
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  /** Told of the first request that failed. */
  readonly say: (line: string) => void;
}

/** Milliseconds that an answer may take. */
const patience = 10_000;
/** So that the orders that are read are spread over all that there are. */
const stride = 7_919;

const newTally = (): VisitTally => ({ placed: { times: newTimes(), failed: 0 }, read: { times: newTimes(), failed: 0 } });

export function visits({ url, rate, requestOf, fetch, say }: Visiting): Visits {
  const taken: string[] = [];
  const underWay = new Set<Promise<void>>();
  let tally = newTally();
  let [visited, told] = [0, false];

  function failed(asked: Asked, why: string): null {
    asked.failed += 1;
    if (!told) say(`a request was not answered as it should be: ${why}`);
    told = true;
    return null;
  }

  /** The answer; null: it is not the one that it should be. */
  async function ask(asked: Asked, due: number, path: string, expected: number, init: RequestInit = {}): Promise<string | null> {
    try {
      const response = await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(patience) });
      const text = await response.text();
      if (response.status !== expected) return failed(asked, `${path}: ${response.status} ${text}`);
      recordIn(asked.times, performance.now() - due);
      return text;
    } catch (error) {
      return failed(asked, `${path}: ${String(error)}`);
    }
  }

  async function place(asked: Asked, due: number, { customerId, body }: OrderRequest): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-customer-id': customerId };
    const answer = await ask(asked, due, '/api/orders', 202, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer !== null) taken.push((JSON.parse(answer) as { readonly orderId: string }).orderId);
  }

  async function visit(due: number): Promise<void> {
    const { placed, read } = tally;
    const number = visited++;
    const before = taken[(number * stride) % Math.max(1, taken.length)];
    const reads = before === undefined ? [] : [`/api/orders/${before}`, `/api/orders/${before}/timeline`];
    await Promise.all([place(placed, due, requestOf(number)), ...reads.map((path) => ask(read, due, path, 200))]);
  }

  const load = startLoad({ kind: 'open', rate }, (due) => {
    const visiting = visit(due).finally(() => underWay.delete(visiting));
    underWay.add(visiting);
  });
  return {
    taken,
    turn() {
      const counted = tally;
      tally = newTally();
      return counted;
    },
    async stop() {
      load.stop();
      await Promise.all(underWay);
    },
  };
}
