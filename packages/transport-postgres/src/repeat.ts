import type { Log } from '@ensemble/engine';
import { isError } from '@ensemble/errors';

/**
 * Does something now and again after so many milliseconds, until aborted; resolves when it has ended. While the log is away the work
 * fails at once, and whoever holds the connection has said so already.
 */
export async function repeat(
  what: string,
  work: () => Promise<void>,
  milliseconds: () => number,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      if (!isError(error, 'TRANSPORT_UNAVAILABLE')) log.error({ error: String(error) }, `${what} failed; trying again`);
    }
    if (signal.aborted) return;
    const waited = Promise.withResolvers<void>();
    const timer = setTimeout(waited.resolve, milliseconds());
    signal.addEventListener('abort', waited.resolve as () => void, { once: true });
    await waited.promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', waited.resolve as () => void);
  }
}
