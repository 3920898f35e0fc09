/** Runs until a person or a supervisor has had enough. */
import { EnsembleError, isError } from '@ensemble/errors';
import type { Io, Running } from './start.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts, and resolves with the exit code once everything has stopped again: 0 after a signal, 130 where it came before the start was
 * done. A second signal ends the process at once, with what was accepted safe in its outbox. Errors: those of the start.
 */
export async function runUntilSignal(start: (signal: AbortSignal) => Promise<Pick<Running, 'stop'>>, io: Pick<Io, 'out'>): Promise<number> {
  const asked = new AbortController();
  const over = Promise.withResolvers<void>();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked.signal.aborted) process.exit(130);
    io.out(`${signal === 'SIGINT' ? '\n' : ''}Stopping: what was begun is finished first. Once more stops it now.`);
    asked.abort(new EnsembleError('START_INTERRUPTED', `${signal} came before everything had started.`));
    over.resolve();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const running = await start(asked.signal);
    await over.promise;
    await running.stop();
    io.out('Stopped.');
    return 0;
  } catch (error) {
    if (!isError(error, 'START_INTERRUPTED')) throw error;
    io.out('Stopped.');
    return 130;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
