/**
 * The database's clock without asking each time: what it said last, and how long ago that was by a clock that never jumps.
 * Asking costs a round trip in every unit, a tenth of a small one.
 */
export interface DatabaseClock {
  /** Whether it was asked lately enough to be believed. */
  isKnown(): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether the next statements should ask along the way. */
  wantsReading(): boolean;
  /**
   * Called when the answer is there.
   * @param sentAt when it was asked, by our own clock: it was read at some time between
   * @param said what it said: milliseconds since 1970
   */
  reading(sentAt: number, said: number): void;
}

const believed = 1_000;
const refreshed = 100;
/** Where a reading turns it back it stands still instead, unless the clock was set. */
const jitter = 1_000;

/** @param ours milliseconds of a clock that never jumps */
export function databaseClock(ours: () => number = () => performance.now()): DatabaseClock {
  let offset = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    isKnown: () => ours() - readAt < believed,
    now() {
      const now = Math.floor(ours() + offset);
      if (now > last || last - now > jitter) last = now;
      return last;
    },
    wantsReading: () => ours() - readAt >= refreshed,
    reading(sentAt, said) {
      readAt = ours();
      // The nearest that the answer allows: one that took long allows much, and moves nothing that a quick one told.
      offset = Math.min(said - sentAt, Math.max(said - readAt, offset));
    },
  };
}
