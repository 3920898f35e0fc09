/** A clock of which it is known when the next of those who wait for it is called. */
import type { Clock } from '@ensemble/engine';

export interface Expecting {
  readonly clock: Clock;
  /** Milliseconds since 1970; Infinity: nobody waits. */
  next(): number;
}

export function expecting(clock: Clock): Expecting {
  const times = new Set<{ readonly at: number }>();
  return {
    next: () => Math.min(...[...times].map(({ at }) => at)),
    clock: {
      now: () => clock.now(),
      after(milliseconds, call) {
        const time = { at: clock.now() + milliseconds };
        times.add(time);
        const forget = clock.after(milliseconds, () => {
          times.delete(time);
          call();
        });
        return () => {
          times.delete(time);
          forget();
        };
      },
    },
  };
}
