/** Customers who order in bursts and do not give up: a request whose answer was lost is said again under the same Idempotency-Key. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Flow } from '@ensemble/flow';
import { flows } from '../../src/catalogue.ts';
import type { Chance } from '../../src/chance.ts';
import { patient } from './patient.ts';

/** plain completes; cancelled may do either, since its cancel may come too late; the others end CANCELLED. */
export type Kind = 'plain' | 'declined' | 'unknown' | 'sold out' | 'cancelled';

export interface PlacedOrder {
  readonly key: string;
  readonly customerId: string;
  readonly kind: Kind;
  /** Set once it was answered 202. */
  orderId: string | null;
}

export interface Customers {
  /** Everything that was asked for, answered or not. */
  readonly orders: readonly PlacedOrder[];
  /** Requests that were said again, since the answer never came. */
  readonly repeats: number;
  /** Repeats that found the order accepted already. */
  readonly lostAnswers: number;
  /** Answers that no customer should ever see. */
  readonly surprises: readonly string[];
  answered(): number;
  /** Many order at once, now. */
  burst(): void;
  /** No more orders; resolves when each has its 202. */
  stop(): Promise<void>;
  /** No more orders, and nobody waits for an answer any more. */
  leave(): void;
}

export const customerIds = ['ada', 'grace', 'edsger', 'barbara', 'tony', 'leslie'].map((name) => `${name}-in-a-hurry`);

const burstSize = 30;
/** Milliseconds between two bursts, beside those that are asked for: a few orders come at any time, those asked for when it matters. */
const burstPause = 6_000;
/** While so many have no answer yet, nobody new comes. */
const crowd = 150;

const kinds: readonly Kind[] = [
  ...Array<Kind>(75).fill('plain'),
  ...Array<Kind>(8).fill('declined'),
  ...Array<Kind>(5).fill('unknown'),
  ...Array<Kind>(4).fill('sold out'),
  ...Array<Kind>(8).fill('cancelled'),
];

/** What an order of this flow can say. */
const carries = ({ begins }: Flow) => {
  const paths = new Set(begins.fields.map(({ path }) => path.join('.')));
  return { lines: paths.has('lines'), pays: paths.has('paymentMethod'), priced: paths.has('total') };
};

/** An unknown product has no price, and a declining card has to be named. */
const isPossible = (kind: Kind, flow: Flow): boolean =>
  kind === 'unknown' ? !carries(flow).priced : kind === 'declined' ? carries(flow).pays : true;

const goods = ['keyboard', 'mouse', 'monitor', 'headset'] as const;
const special: Readonly<Partial<Record<Kind, string>>> = { unknown: 'unicorn', 'sold out': 'lamp' };

function bodyOf(kind: Kind, flow: Flow, { between, oneOf }: Chance): object {
  const carried = carries(flow);
  const productId = oneOf(goods);
  const second = special[kind] ?? (between(0, 1) === 1 ? goods.find((each) => each !== productId) : undefined);
  const both = [productId, ...(second === undefined ? [] : [second])];
  const products = carried.lines ? both : both.slice(-1);
  const lines = products.map((each) => ({ productId: each, quantity: between(1, 3) }));
  return { flow: flow.name, lines, ...(carried.pays ? { paymentMethod: kind === 'declined' ? 'declined-card' : 'wallet' } : {}) };
}

/**
 * @param url where one of the programs listens; null while none does
 * @param among the flows that they order through
 */
export function customers(url: () => string | null, chance: Chance, among: readonly Flow[] = flows): Customers {
  const orders: PlacedOrder[] = [];
  const waiting = new Set<Promise<void>>();
  const surprises: string[] = [];
  const stop = new AbortController();
  const { said, repeats, giveUp } = patient(url);
  let lostAnswers = 0;

  async function place(order: PlacedOrder, body: object): Promise<void> {
    try {
      const answer = await said('/api/orders', body, { 'idempotency-key': order.key, 'x-customer-id': order.customerId });
      const { orderId, code } = (await answer.json()) as { orderId?: string; code?: string };
      if (answer.status !== 202 || orderId === undefined)
        return void surprises.push(`${order.key} (${order.kind}): ${answer.status} ${code}`);
      if (answer.headers.has('idempotency-replayed')) lostAnswers += 1;
      order.orderId = orderId;
      if (order.kind !== 'cancelled') return;
      await wait(orders.length % 40);
      const cancelled = await said(`/api/orders/${orderId}/cancel`, {}, {});
      if (![202, 409].includes(cancelled.status)) surprises.push(`cancel of ${orderId}: ${cancelled.status}`);
      await cancelled.body?.cancel();
    } catch (error) {
      surprises.push(`${order.key} (${order.kind}): ${String(error)}`);
    }
  }

  function burst(): void {
    for (let count = 0; count < burstSize && waiting.size < crowd; count += 1) {
      const flow = chance.oneOf(among);
      const wished = chance.oneOf(kinds);
      const kind = isPossible(wished, flow) ? wished : 'plain';
      const order: PlacedOrder = { key: `order-${orders.length + 1}`, customerId: chance.oneOf(customerIds), kind, orderId: null };
      orders.push(order);
      const placing = place(order, bodyOf(kind, flow, chance)).finally(() => waiting.delete(placing));
      waiting.add(placing);
    }
  }

  async function keepOrdering(): Promise<void> {
    while (!stop.signal.aborted) {
      burst();
      await wait(burstPause, undefined, { signal: stop.signal }).catch(() => undefined); // they are told to stop
    }
  }
  const ordering = keepOrdering();

  return {
    orders,
    surprises,
    get repeats() {
      return repeats();
    },
    get lostAnswers() {
      return lostAnswers;
    },
    answered: () => orders.filter(({ orderId }) => orderId !== null).length,
    burst,
    leave() {
      stop.abort();
      giveUp();
    },
    async stop() {
      stop.abort();
      await ordering;
      while (waiting.size > 0) await Promise.all(waiting);
    },
  };
}
