/** What was opened, closed in the opposite order; nothing that does not end holds up the rest. */
import type { Log } from '@ensemble/engine';
import { within } from './within.ts';

/** Remembers how to close what was just opened. */
export type Closing = (what: string, close: () => Promise<void>) => void;

/**
 * How long each part is waited for: milliseconds. The servers have a grace of their own, and end by force after it; so do the stores,
 * which cut a session that is held for longer than 5 seconds.
 */
const grace = 5_000;
const longer: Readonly<Record<string, number>> = { Kafka: 20_000, PostgreSQL: 10_000, 'the stores': 10_000 };

export function closings(log: Log): { readonly closing: Closing; closeAll(): Promise<void> } {
  const opened: { readonly what: string; readonly close: () => Promise<void> }[] = [];
  let closed: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    for (let next = opened.pop(); next; next = opened.pop()) {
      const { what, close } = next;
      const ended = await within(longer[what] ?? grace, close, (error) =>
        log.error({ what, problem: String(error) }, 'it did not close well'),
      );
      if (!ended) log.warn({ what }, 'it does not close, and is left');
    }
  };
  return {
    closing: (what, close) => {
      opened.push({ what, close });
    },
    closeAll: () => (closed ??= run()),
  };
}
