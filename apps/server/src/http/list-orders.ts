/** Orders as the whole system knows them, newest first: by their histories, and FAILED where others know what no message says. */
import { type DeskLetter, isOrderId, type Route, sagaRoutes, type Standing, stateAt } from '@ensemble/engine';
import { routes as monitor } from '@ensemble/monitor/routes';
import { routes as orderHistory } from '@ensemble/order-history/routes';
import { participants } from '../catalogue.ts';
import { ask } from './ask.ts';
import { asDesked, knownOrder } from './find-order.ts';
import { hear, usualPatience } from './hear.ts';
import type { Here } from './here.ts';
import { routesOfOwing } from './desk-letters.ts';
import { unanswered } from './standing.ts';
import { type OrderView, orderView } from './views.ts';

export interface OrderList {
  readonly orders: readonly OrderView[];
  /** Services that may know of orders that are FAILED, and were not heard: such orders are missing, or as their histories have them. */
  readonly unheard?: readonly string[];
}

type Filter = Parameters<typeof orderHistory.orders.answer>[1];

/** Milliseconds for whoever may know, where nobody else does. A list that is not whole says so. */
const longPatience = 1_000;
const usualLimit = 50;
const mostRows = 500;
/** So many orders are looked up at the same time. */
const together = 20;

/**
 * At most 1,000 dead letters of each service, of the newest orders, and the 1,000 oldest open orders of each coordinator, are looked at.
 * Errors: those of `ask`.
 */
export async function listOrders(here: Here, filter: Filter): Promise<OrderList> {
  const ofTheDesk = filter.status === 'FAILED';
  const knowing = knowingOf(here, ofTheDesk ? longPatience : usualPatience);
  const orders = ofTheDesk ? await failedOrders(here, filter, knowing) : await ordersByHistory(here, filter, knowing);
  const unheard = [...knowing.unheard].toSorted();
  return unheard.length > 0 ? { orders, unheard } : { orders };
}

/** Whoever knows what no message says. */
interface Knowing {
  /** By order. */
  letters(): Promise<ReadonlyMap<string, readonly DeskLetter[]>>;
  /** Orders whose undo was given up. */
  givenUp(): Promise<ReadonlyMap<string, Standing>>;
  readonly unheard: ReadonlySet<string>;
}

const standings = [monitor.open, ...participants.flatMap(({ name, coordinates }) => (coordinates ? [sagaRoutes(name).open] : []))];

function knowingOf(here: Here, patience: number): Knowing {
  const unheard = new Set<string>();
  async function all<A>(routes: readonly Route<Record<never, never>, readonly A[]>[]): Promise<readonly A[]> {
    const heard = await Promise.all(
      routes.map(async (route) => {
        const answer = await hear(here, route, {}, patience);
        if (!answer) unheard.add(route.service);
        return answer ?? [];
      }),
    );
    return heard.flat();
  }
  return {
    letters: async () => Map.groupBy(await all(routesOfOwing.map((desk) => desk.all)), ({ orderId }) => orderId),
    async givenUp() {
      const now = Date.now();
      const failed = (await all(standings)).filter((standing) => stateAt(standing, now) === 'FAILED');
      return new Map(failed.map((standing) => [standing.orderId, standing]));
    },
    unheard,
  };
}

async function failedOrders(here: Here, { limit, customerId }: Filter, knowing: Knowing): Promise<readonly OrderView[]> {
  const [letters, givenUp] = await Promise.all([knowing.letters(), knowing.givenUp()]);
  const wanted = Number(limit ?? usualLimit);
  const ids = [...new Set([...letters.keys(), ...givenUp.keys()])].filter(isOrderId).toSorted().toReversed();
  const found: OrderView[] = [];
  for (let at = 0; at < ids.length && found.length < wanted; at += together) {
    const known = await Promise.all(ids.slice(at, at + together).map((orderId) => knownOrder(here, orderId)));
    const orders = known.flatMap((each) => (each ? [asKnown(here, each.order, letters, givenUp)] : []));
    found.push(...orders.filter((order) => order.status === 'FAILED' && (customerId === undefined || order.customerId === customerId)));
  }
  return found.slice(0, wanted);
}

/** What is FAILED by now is not among those of the status that its history has. */
async function ordersByHistory(here: Here, filter: Filter, knowing: Knowing): Promise<readonly OrderView[]> {
  const { status } = filter;
  const letters = await knowing.letters();
  const mayDiffer = status === 'CANCELLING' || (status !== undefined && letters.size > 0);
  const rows = await ask(here, orderHistory.orders, mayDiffer ? { ...filter, limit: String(mostRows) } : filter);
  const givenUp = rows.some((row) => row.status === 'CANCELLING') ? await knowing.givenUp() : nobody;
  return rows
    .map((row) => asKnown(here, orderView(here.system.flows, row), letters, givenUp))
    .filter((order) => status === undefined || order.status === status)
    .slice(0, Number(filter.limit ?? usualLimit));
}

const nobody: ReadonlyMap<string, Standing> = new Map();

function asKnown(
  { system }: Here,
  order: OrderView,
  letters: ReadonlyMap<string, readonly DeskLetter[]>,
  givenUp: ReadonlyMap<string, Standing>,
): OrderView {
  const standing = order.status === 'CANCELLING' ? givenUp.get(order.orderId) : undefined;
  const silent = standing ? unanswered(standing, Date.now()) : [];
  return asDesked(system.flows, order, { letters: letters.get(order.orderId) ?? [], isGivenUp: standing !== undefined, silent });
}
