/** What is counted over a stretch of time: the warm-up has one, the measured time another. */
import type { BatchFigures } from '@ensemble/engine';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

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
  /** Microseconds, three figures of them. */
  readonly times: Readonly<Record<Span, RecordableHistogram>>;
  readonly services: Map<string, ServiceTally>;
  ended: number;
  compensated: number;
  messages: number;
}

const longest = 3_600_000_000; // an hour: no order is waited for that long

const histogram = (): RecordableHistogram => createHistogram({ lowest: 1, highest: longest, figures: 3 });

export const newTally = (): Tally => ({
  times: { taken: histogram(), ended: histogram(), told: histogram(), whole: histogram() },
  services: new Map(),
  ended: 0,
  compensated: 0,
  messages: 0,
});

export function record({ times }: Tally, span: Span, milliseconds: number): void {
  times[span].record(Math.min(Math.max(Math.round(milliseconds * 1_000), 1), longest));
}

export function countBatch(tally: Tally, { service, works, said, milliseconds }: BatchFigures): void {
  tally.messages += said;
  const before = tally.services.get(service) ?? { batches: 0, works: 0, milliseconds: 0 };
  tally.services.set(service, {
    batches: before.batches + 1,
    works: before.works + works,
    milliseconds: before.milliseconds + milliseconds,
  });
}

/** Milliseconds; null where nothing was counted. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p98: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export function percentilesOf({ times }: Tally, span: Span): Percentiles {
  const { [span]: counted } = times;
  const milliseconds = (microseconds: number): number | null => (counted.count === 0 ? null : microseconds / 1_000);
  return {
    p50: milliseconds(counted.percentile(50)),
    p98: milliseconds(counted.percentile(98)),
    p99: milliseconds(counted.percentile(99)),
    max: milliseconds(counted.max),
  };
}
