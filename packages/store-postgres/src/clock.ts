import type { Reply, Statement } from './session.ts';

export const clockQuery: Statement = { name: 'clock', text: `select date_part('epoch', clock_timestamp()) * 1000` };

/**
 * The database's clock without asking each time: what it said last, and how long ago that was by a clock that never jumps.
 * Asking costs a round trip in every unit, a tenth of a small one.
 */
export interface DatabaseClock {
  /** Milliseconds since 1970; undefined when it was last asked too long ago to be believed. */
  now(): number | undefined;
  /** Whether the next statements should ask along the way. */
  wantsReading(): boolean;
  /** @param sentAt of performance.now(): the reading is at most a round trip younger */
  reading(sentAt: number, reply: Reply | undefined): void;
}

const believed = 1_000;
const refreshed = 100;

export function databaseClock(): DatabaseClock {
  let offset = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    now: () => (performance.now() - readAt < believed ? Math.floor(performance.now() + offset) : undefined),
    wantsReading: () => performance.now() - readAt > refreshed,
    reading(sentAt, reply) {
      offset = Number(reply?.rows[0]?.[0]) - sentAt;
      readAt = sentAt;
    },
  };
}
