/** Runs until a person or a supervisor has had enough. */
import type { Io, Running } from './start.ts';

/**
 * Resolves with the exit code once everything has stopped: after SIGINT or SIGTERM. A second one ends the process at once, with what
 * was accepted safe in its outbox.
 */
export async function runUntilSignal(running: Pick<Running, 'stop'>, io: Io): Promise<number> {
  const asked = Promise.withResolvers<NodeJS.Signals>();
  let count = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    count += 1;
    if (count === 1) asked.resolve(signal);
    else process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const signal = await asked.promise;
    io.out(`${signal === 'SIGINT' ? '\n' : ''}Stopping: what was begun is finished first. Once more stops it now.`);
    await running.stop();
    io.out('Stopped.');
    return 0;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
