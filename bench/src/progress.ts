/** What a person sees while they wait: a line every two seconds. */
import type { Flights } from './flights.ts';

export interface Progress {
  /** What it does from here on. */
  now(phase: string): void;
  stop(): void;
}

const interval = 2_000;

export function progress(flying: Flights, say: (line: string) => void): Progress {
  let phase = '';
  let [ended, at] = [0, performance.now()];
  const timer = setInterval(() => {
    const rate = ((flying.counts.ended - ended) * 1_000) / (performance.now() - at);
    [ended, at] = [flying.counts.ended, performance.now()];
    say(`${phase}: ${Math.round(rate)} orders/s, ${flying.unfinished()} under way`);
  }, interval);
  return {
    now(begun) {
      phase = begun;
      say(begun);
    },
    stop: () => clearInterval(timer),
  };
}
