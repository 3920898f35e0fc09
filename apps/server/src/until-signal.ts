/** Runs until a person or a supervisor has had enough. */
import { EnsembleError, isError } from '@ensemble/errors';
import type { Io, Running } from './start.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Milliseconds. A terminal's Ctrl-C comes twice where npm runs the program: from the terminal, and from npm, which passes its own on. */
const sameWish = 500;

/** Tells of the first signal, and of each that comes as a wish of its own after it. The returned function ends it. */
export function onSignals(first: (signal: NodeJS.Signals) => void, again: () => void): () => void {
  let since: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since !== undefined) {
      if (performance.now() - since > sameWish) again();
      return;
    }
    since = performance.now();
    first(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/**
 * Starts, and resolves with the exit code once everything has stopped again: 0 after a signal, 130 where it came before the start was
 * done. A second signal ends the process at once, with what was accepted safe in its outbox. Errors: those of the start.
 */
export async function runUntilSignal(start: (signal: AbortSignal) => Promise<Pick<Running, 'stop'>>, io: Pick<Io, 'out'>): Promise<number> {
  const asked = new AbortController();
  const over = Promise.withResolvers<void>();
  const stopping = (signal: NodeJS.Signals): void => {
    io.out(`${signal === 'SIGINT' ? '\n' : ''}Stopping: what was begun is finished first. Once more stops it now.`);
    asked.abort(new EnsembleError('START_INTERRUPTED', `${signal} came before everything had started.`));
    over.resolve();
  };
  const listened = onSignals(stopping, () => process.exit(130));
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
    listened();
  }
}
