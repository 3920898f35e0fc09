/** How long many things took. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Microseconds, three figures of them. */
export type Times = RecordableHistogram;

const longest = 3_600_000_000; // an hour: nothing here is waited for that long

export const newTimes = (): Times => createHistogram({ lowest: 1, highest: longest, figures: 3 });

export const recordIn = (times: Times, milliseconds: number): void =>
  times.record(Math.min(Math.max(Math.round(milliseconds * 1_000), 1), longest));

/** Milliseconds; null where nothing was counted. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p98: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export function percentilesOf(times: Times): Percentiles {
  const milliseconds = (microseconds: number): number | null => (times.count === 0 ? null : microseconds / 1_000);
  return {
    p50: milliseconds(times.percentile(50)),
    p98: milliseconds(times.percentile(98)),
    p99: milliseconds(times.percentile(99)),
    max: milliseconds(times.max),
  };
}
