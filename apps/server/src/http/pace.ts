/** How long a stream that hears nothing waits before it looks again by itself: milliseconds. */
const quick = 500;
const slow = 5_000;

export interface Look {
  /** The order's history was written in this process. */
  readonly rung: boolean;
  /** There was something new, or it could not be seen. */
  readonly news: boolean;
}

export interface Pace {
  wait(): number;
  looked(look: Look): void;
}

/**
 * Where order history runs elsewhere nobody rings, and a stream keeps asking. Where it runs here, it rings for the orders whose
 * partition this process has: for those a look now and then is enough. What was new and not announced is another process's order.
 */
export function pace(historyHere: boolean): Pace {
  let wait = quick;
  return {
    wait: () => wait,
    looked({ rung, news }) {
      if (historyHere) wait = rung ? slow : news ? quick : Math.min(wait * 2, slow);
    },
  };
}
