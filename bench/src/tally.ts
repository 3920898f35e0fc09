/** What is counted over a stretch of time: the warm-up has one, the measured time another. */
import type { BatchFigures } from '@ensemble/engine';
import { newTimes, recordIn, type Times } from './times.ts';

/**
 * taken: from the moment the order was due until it was durable in the gateway's outbox (202). ended: from the 202 until its saga
 * committed COMPLETED or COMPENSATED. told: from the 202 until its history row said so. whole: from the moment it was due until its
 * saga ended; in a closed loop it is due when the one before it has ended.
 */
export const spans = ['taken', 'ended', 'told', 'whole'] as const;
export type Span = (typeof spans)[number];

export interface ServiceTally {
  readonly batches: number;
  readonly works: number;
  readonly milliseconds: number;
}

/** Orders are counted where they end; their times where they were due, so that those that take long are not left out. */
export interface Tally {
  readonly times: Readonly<Record<Span, Times>>;
  readonly services: Map<string, ServiceTally>;
  ended: number;
  compensated: number;
  messages: number;
}

export const newTally = (): Tally => ({
  times: { taken: newTimes(), ended: newTimes(), told: newTimes(), whole: newTimes() },
  services: new Map(),
  ended: 0,
  compensated: 0,
  messages: 0,
});

export const record = ({ times }: Tally, span: Span, milliseconds: number): void => recordIn(times[span], milliseconds);

export function countBatch(tally: Tally, { service, works, said, milliseconds }: BatchFigures): void {
  tally.messages += said;
  const before = tally.services.get(service) ?? { batches: 0, works: 0, milliseconds: 0 };
  tally.services.set(service, {
    batches: before.batches + 1,
    works: before.works + works,
    milliseconds: before.milliseconds + milliseconds,
  });
}
