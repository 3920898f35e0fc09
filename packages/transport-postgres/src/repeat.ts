import { type Log, pause, systemClock } from '@ensemble/engine';
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
    await pause(systemClock, milliseconds(), signal);
  }
}
