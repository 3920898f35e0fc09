/** An order as the whole system knows it: by its history, or for the first moments by the gateway alone. */
import { type Standing, stateAt } from '@ensemble/engine';
import { EnsembleError, isError } from '@ensemble/errors';
import { type Flow, isEnd, type OrderStatus } from '@ensemble/flow';
import { type Accepted, routes as gateway } from '@ensemble/gateway/routes';
import { type History, routes as orderHistory } from '@ensemble/order-history/routes';
import { ask } from './ask.ts';
import { deskLetters, type LettersHeard } from './desk-letters.ts';
import type { Here } from './here.ts';
import { standingOf, unanswered } from './standing.ts';
import { acceptedView, historyView, inStatus, type OrderView, type OrderWithTimeline, type Problem, problemView } from './views.ts';

export interface Found extends OrderWithTimeline {
  /** How it stands by who knows best, where that had to be asked; undefined there: they cannot be. */
  readonly standing?: Standing | null | undefined;
  /** What it is but for its dead letters. */
  readonly otherwise: OrderStatus;
  readonly heard: Heard;
}

/** What others than its history said of an order: for who follows it that stands until they are heard again. */
export interface Heard {
  readonly letters: LettersHeard;
  /** undefined: nothing yet. */
  readonly standing: Standing | null | undefined;
}

/**
 * Milliseconds. Of what has just been said no answer is missing: who follows an order that goes on asks nobody else about it. Nor is any
 * missing of an order that has ended: that waits for nobody.
 */
const silence = 5_000;

/** `before`: what was heard of it the last time. Errors: ORDER_UNKNOWN, SERVICE_ELSEWHERE, STORE_UNAVAILABLE. */
export async function findOrder(here: Here, orderId: string, before?: Heard): Promise<Found> {
  const known = await knownOrder(here, orderId);
  if (known) return asItStands(here, known, before);
  throw new EnsembleError('ORDER_UNKNOWN', `There is no order ${orderId}.`, { orderId });
}

/** By what was said of it alone. Errors: SERVICE_ELSEWHERE, STORE_UNAVAILABLE. */
export async function knownOrder(here: Here, orderId: string): Promise<OrderWithTimeline | null> {
  const history: History | null = await ask(here, orderHistory.order, { orderId });
  if (history) return historyView(here.system.flows, history);
  const accepted = await acceptedHere(here, orderId);
  return accepted && { order: acceptedView(here.system.flows, accepted), timeline: [], archived: null };
}

/** No message says that an undo was given up, or that what is owed is a dead letter: whoever waits for it knows, or has the letter. */
async function asItStands(here: Here, found: OrderWithTimeline, before?: Heard): Promise<Found> {
  const now = Date.now();
  const isAsked = mayWaitInVain(found.order, now, before);
  const [letters, said] = await Promise.all([
    deskLetters(here, found.order, before?.letters),
    isAsked ? standingOf(here, found.order) : undefined,
  ]);
  const standing = isAsked && said === undefined ? before?.standing : said;
  const isGivenUp = found.order.status === 'CANCELLING' && standing ? stateAt(standing, now) === 'FAILED' : false;
  const silent = standing ? unanswered(standing, now) : [];
  return {
    ...found,
    ...(isAsked ? { standing } : {}),
    otherwise: isGivenUp ? 'FAILED' : found.order.status,
    heard: { letters, standing },
    order: asDesked(here.system.flows, found.order, { letters: [...letters.values()].flat(), isGivenUp, silent }),
  };
}

/** Who was waited for in vain may still be when others have been heard. */
function mayWaitInVain({ status, updatedAt }: OrderView, now: number, before?: Heard): boolean {
  if (isEnd(status)) return false;
  const isSilent = now - Date.parse(updatedAt) >= silence;
  return status === 'CANCELLING' || isSilent || (before?.standing ? unanswered(before.standing, now).length > 0 : false);
}

/** What others than its history know of an order. */
export interface OnDesk {
  readonly letters: readonly Problem[];
  /** Whether it is being taken back, and an undo was given up. */
  readonly isGivenUp: boolean;
  /** Who does not answer, and is asked on. */
  readonly silent?: readonly Problem[];
}

/** An operation whose message is a dead letter does not answer either: that says why. */
export function asDesked(flows: readonly Flow[], order: OrderView, { letters, isGivenUp, silent = [] }: OnDesk): OrderView {
  const isDead = new Set(letters.map(({ operation }) => operation));
  const problems = [...letters, ...silent.filter(({ operation }) => !isDead.has(operation))].toSorted((a, b) => a.since - b.since);
  const shown = isGivenUp || letters.length > 0 ? inStatus(flows, order, 'FAILED') : order;
  return problems.length > 0 ? { ...shown, problems: problems.map(problemView) } : shown;
}

/** By name, as the gateway accepted it; empty: it did not. Errors: STORE_UNAVAILABLE. */
export const flowOf = async (here: Here, orderId: string): Promise<string> => (await acceptedHere(here, orderId))?.flow ?? '';

/** A process without the gateway, and with nobody to ask, knows of no order that the history does not know. */
async function acceptedHere(here: Here, orderId: string): Promise<Accepted | null> {
  try {
    return await ask(here, gateway.accepted, { orderId });
  } catch (error) {
    if (isError(error, 'SERVICE_ELSEWHERE')) return null;
    throw error;
  }
}
