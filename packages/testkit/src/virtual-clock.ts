/** A clock that stands still until it is moved. */
import { setImmediate } from 'node:timers';
import type { Clock } from '@ensemble/engine';

export interface VirtualClock extends Clock {
  /** Time passes; who waits is called in order, and whatever follows from that is done before the next is called. */
  pass(milliseconds: number): Promise<void>;
  /** Time passes at once: who waits is called late, in order, and what follows from that comes after all of them. */
  leap(milliseconds: number): Promise<void>;
}

/** Everything that can go on by itself has. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

export function virtualClock(start = 1_000_000): VirtualClock {
  let now = start;
  let calls: { readonly at: number; readonly call: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds, call) {
      const waiting = { at: now + milliseconds, call };
      calls.push(waiting);
      return () => {
        calls = calls.filter((each) => each !== waiting);
      };
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        await settled();
        const [next] = calls.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        now = next.at;
        calls = calls.filter((each) => each !== next);
        next.call();
      }
      now = end;
      await settled();
    },
    async leap(milliseconds) {
      now += milliseconds;
      const due = calls.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
      // One of them may take back another.
      for (const waiting of due)
        if (calls.includes(waiting)) {
          calls = calls.filter((each) => each !== waiting);
          waiting.call();
        }
      await settled();
    },
  };
}
