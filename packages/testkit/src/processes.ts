/** The processes of this machine, as tests that start some see them. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';

export interface Process {
  readonly pid: number;
  /** With its arguments. */
  readonly command: string;
}

/** Those whose command line speaks of this directory. */
export const processesOf = (dir: string): readonly Process[] => all().filter(({ command }) => command.includes(dir));

/** From /proc where there is one, since small images have no ps. */
function all(): readonly Process[] {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, '') }));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid).replaceAll('\0', ' ') }));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''; // it has ended meanwhile
    throw error;
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * A program that leads a process group of its own hears no Ctrl-C of this terminal, and nothing ends it when this process is ended. So
 * it is told to stop, once, by us: then it takes its servers with it.
 */
export function stopWithUs(child: ChildProcess): void {
  const stop = (): void => void child.kill('SIGTERM');
  const end = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
  process.on('exit', stop);
  for (const signal of signals) process.on(signal, end);
  child.once('exit', () => {
    process.off('exit', stop);
    for (const signal of signals) process.off(signal, end);
  });
}
