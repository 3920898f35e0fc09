/** What of an order must stand wherever it comes to rest, by the design's own rules (§4, §5) and without running anything. */
import type { Operation } from '@ensemble/flow';
import { reserve, sell } from '@ensemble/inventory/operations';
import { charge } from '@ensemble/payment/operations';
import { schedule } from '@ensemble/shipment/operations';
import { type Course, successes } from './course.ts';
import type { Failure } from './failures.ts';
import { factsOf } from './order.ts';
import type { Site } from './site.ts';
import type { Sums } from './sums.ts';

/** Pieces held and sold, minor units taken and not given back, parcels on their way. */
export interface Left extends Pick<Sums, 'held' | 'sold' | 'parcels'> {
  readonly kept: number;
}

export interface Standing {
  readonly site: Site;
  readonly failure: Failure;
  readonly course: Course;
  /** As `shown` tells it. */
  readonly state: string;
  /** It does not fail any more. */
  readonly isOver: boolean;
}

export function leftAt(at: Standing): Left {
  const { lines } = at.course.order;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const isHeld = stands(reserve, at);
  const isSold = isHeld && sells(at);
  return {
    held: isHeld && !isSold ? pieces : 0,
    sold: isSold ? pieces : 0,
    kept: stands(charge, at) ? factsOf(at.course.order).total : 0,
    parcels: stands(schedule, at) ? 1 : 0,
  };
}

/** COMPLETED, or on the way there for good: all that was done. FAILED on the way back: what was not reached. Else nothing. */
function stands(done: Operation, at: Standing): boolean {
  const { site, course, state } = at;
  const rows = site.flow.rows.filter(({ does }) => does.name === done.name);
  if (isStuckBack(at)) return rows.length > 0 && isLeft(done, at);
  const isOn = state === 'COMPLETED' || state.startsWith('RUNNING') || isStuckAhead(at);
  return isOn && successes(rows).some((key) => course.messages.includes(key));
}

/** FAILED since what cannot refuse was not done: nothing is taken back. */
const isStuckAhead = ({ site: { kind }, state }: Standing): boolean => state === 'FAILED!' && (kind === 'retriable' || kind === 'listens');

/** FAILED, and not all could be taken back. */
const isStuckBack = (at: Standing): boolean => at.state === 'FAILED!' && at.site.kind !== 'begins' && !isStuckAhead(at);

/** A coordinator takes back step by step, the last first, and none before the one that fails; where nobody coordinates all are at once. */
function isLeft(done: Operation, { site, failure }: Standing): boolean {
  const { operation, kind, flow } = site;
  const failing = kind === 'back' ? operation.of : operation.name;
  // An undo whose answer does not come has been done all the same; what is to be undone before it was done, there is nothing of.
  if (done.name === failing) return kind === 'back' && failure.name !== 'never' && failure.name !== 'too late';
  const place = (name: string | null): number => flow.plan?.groups.findIndex((group) => group.some(({ step }) => step === name)) ?? -1;
  return place(done.name) < place(failing ?? null);
}

/** What asks for it was said, and it does not fail itself. */
function sells(at: Standing): boolean {
  const { site, course, state, isOver } = at;
  if (isStuckBack(at) || (site.operation.name === sell.name && !isOver)) return false;
  const asks = site.flow.rows.flatMap(({ does, on }) => (does.name === sell.name && on.kind === 'message' ? [on.message.key] : []));
  return asks.some((key) => course.messages.includes(key) && (state === 'COMPLETED' || !site.says.includes(key)));
}
