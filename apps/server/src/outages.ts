/**
 * One line when something is away, and one when all is well again. What every service, store and transport has to say of the same
 * outage is left to level info; where no outage explains it, it is a warning as it was meant.
 */
import type { Log } from '@ensemble/engine';
import type { System } from './system.ts';

type Fields = Readonly<Record<string, unknown>>;

const lookEvery = 250;
/** Something that is tried again until it works. */
const isTrouble = (fields: Fields): boolean => 'problem' in fields || String(fields['code']).endsWith('_UNAVAILABLE');
/** How long a trouble waits for the outage that explains it: milliseconds. */
const hold = 1_000;

export interface Outages {
  /** For services, stores and transports. A trouble is a warning with a `problem`, or with the code of something that is away. */
  readonly log: Log;
  watch(system: Pick<System, 'health'>): void;
  close(): Promise<void>;
}

export function outages(log: Log, now: () => number = Date.now): Outages {
  const held: { readonly fields: Fields; readonly words: string; readonly at: number }[] = [];
  let system: Pick<System, 'health'> | undefined;
  let since: number | undefined;
  let lastDown = Number.NEGATIVE_INFINITY;

  function look(): void {
    const down = system?.health().filter(({ up }) => !up) ?? [];
    if (down.length > 0) lastDown = now();
    if (down.length > 0 && since === undefined) {
      since = now();
      const problem = [...new Set(down.flatMap(({ problems }) => problems))].join('; ');
      log.warn({ problem, services: down.map(({ service }) => service).join(', ') }, 'something is away; what was accepted waits for it');
    }
    if (down.length === 0 && since !== undefined) {
      log.warn({ seconds: Math.round((now() - since) / 1_000) }, 'all is there again');
      since = undefined;
    }
    release(now() - hold);
  }

  function release(until: number): void {
    while (held[0] && held[0].at <= until) {
      const { fields, words, at } = held.shift() ?? held[0];
      log[lastDown >= at - 2 * hold ? 'info' : 'warn'](fields, words);
    }
  }

  const timer = setInterval(look, lookEvery);
  timer.unref();
  return {
    log: {
      info: (fields, words) => log.info(fields, words),
      warn(fields, words) {
        if (isTrouble(fields)) held.push({ fields, words, at: now() });
        else log.warn(fields, words);
      },
      error: (fields, words) => log.error(fields, words),
    },
    watch(given) {
      system = given;
    },
    async close() {
      clearInterval(timer);
      release(Number.POSITIVE_INFINITY);
    },
  };
}
