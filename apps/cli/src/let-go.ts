/** The last moment of a process: whatever still holds it open is let go. */
import type { Terminal } from './terminal.ts';

/** Milliseconds that a process whose work is done waits for what is still open. */
const grace = 2_000;

/**
 * Ends the process once its work is done, with the exit code it has. By itself it would go on for as long as anything is open, and a
 * connection to a broker that hangs may be open for ever; what held it is said on stderr.
 */
export function letGo(own: Pick<NodeJS.Process, 'exit' | 'getActiveResourcesInfo'>, { err }: Pick<Terminal, 'err'>): void {
  const end = (): void => {
    err(`It has ended; still open was: ${[...new Set(own.getActiveResourcesInfo())].toSorted().join(', ')}.`);
    own.exit();
  };
  setTimeout(end, grace).unref();
}
