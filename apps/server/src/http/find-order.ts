/** An order as the whole system knows it: by its history, or for the first moments by the gateway alone. */
import { type Standing, stateAt } from '@ensemble/engine';
import { EnsembleError, isError } from '@ensemble/errors';
import type { OrderStatus } from '@ensemble/flow';
import { type Accepted, routes as gateway } from '@ensemble/gateway/routes';
import { type History, routes as orderHistory } from '@ensemble/order-history/routes';
import { ask } from './ask.ts';
import { deskLetters } from './desk-letters.ts';
import type { Here } from './here.ts';
import { standingOf } from './standing.ts';
import { acceptedView, historyView, inStatus, type OrderWithTimeline, problemView } from './views.ts';

export interface Found extends OrderWithTimeline {
  /** How it stands by who knows best, where that had to be asked; undefined there: they cannot be. */
  readonly standing?: Standing | null | undefined;
  /** What it is but for its dead letters. */
  readonly otherwise: OrderStatus;
}

/** Errors: ORDER_UNKNOWN, SERVICE_ELSEWHERE, STORE_UNAVAILABLE. */
export async function findOrder(here: Here, orderId: string): Promise<Found> {
  const history: History | null = await ask(here, orderHistory.order, { orderId });
  if (history) return asItStands(here, historyView(here.system.flows, history));
  const accepted = await acceptedHere(here, orderId);
  if (accepted) return asItStands(here, { order: acceptedView(here.system.flows, accepted), timeline: [] });
  throw new EnsembleError('ORDER_UNKNOWN', `There is no order ${orderId}.`, { orderId });
}

/** No message says that an undo was given up, or that what is owed is a dead letter: whoever waits for it knows, or has the letter. */
async function asItStands(here: Here, found: OrderWithTimeline): Promise<Found> {
  const [letters, standing] = await Promise.all([
    deskLetters(here, found.order),
    found.order.status === 'CANCELLING' ? standingOf(here, found.order) : undefined,
  ]);
  const { flows } = here.system;
  const isGivenUp = standing && stateAt(standing, Date.now()) === 'FAILED';
  const otherwise = isGivenUp ? 'FAILED' : found.order.status;
  const order = isGivenUp || letters.length > 0 ? inStatus(flows, found.order, 'FAILED') : found.order;
  return {
    ...found,
    ...(found.order.status === 'CANCELLING' ? { standing } : {}),
    otherwise,
    order: letters.length > 0 ? { ...order, problems: letters.map(problemView) } : order,
  };
}

/** A process without the gateway, and with nobody to ask, knows of no order that the history does not know. */
async function acceptedHere(here: Here, orderId: string): Promise<Accepted | null> {
  try {
    return await ask(here, gateway.accepted, { orderId });
  } catch (error) {
    if (isError(error, 'SERVICE_ELSEWHERE')) return null;
    throw error;
  }
}
