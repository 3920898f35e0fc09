/** Chance with a seed: the same seed, the same answers in the same order. */

export interface Chance {
  /** So often in one. */
  is(probability: number): boolean;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(all: readonly T[]): T;
}

/** mulberry32: 32 bits of state are plenty for one run. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    is: (probability) => next() < probability,
    between,
    oneOf<T>(all: readonly T[]): T {
      if (all.length === 0) throw new RangeError('there is nothing to choose from');
      return all[between(0, all.length - 1)] as T;
    },
  };
}
