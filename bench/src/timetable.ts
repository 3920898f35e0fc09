/** When the orders of an open loop are due. A late timer places what it missed, each counted from its own moment: no stall is hidden. */
export interface Timetable {
  /** The moments that have come since it was last asked, in order: milliseconds, on the clock it was begun on. */
  due(now: number): readonly number[];
  /** The moment after those. */
  next(): number;
}

/** @param rate orders a second */
export function timetable(begun: number, rate: number): Timetable {
  let placed = 0;
  const next = (): number => begun + (placed * 1_000) / rate;
  return {
    next,
    due(now) {
      const moments: number[] = [];
      for (; next() <= now; placed += 1) moments.push(next());
      return moments;
    },
  };
}
