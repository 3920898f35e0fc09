/** Chance that can be repeated: the same seed gives the same numbers. */
export interface Chance {
  /** 0 ≤ … < 1 */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(all: readonly T[]): T;
}

/** mulberry32, by Tommy Ettinger. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    oneOf(all) {
      const one = all[between(0, all.length - 1)];
      if (one === undefined) throw new Error('there is nothing to choose from');
      return one;
    },
  };
}
