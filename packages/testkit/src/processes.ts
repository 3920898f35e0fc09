/** The processes of this machine, as tests that start some see them. */
import { isHalted, type Process, processes } from '@ensemble/local-server';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setImmediate } from 'node:timers/promises';

export type { Process } from '@ensemble/local-server';

/** Those whose command line speaks of this directory. */
export const processesOf = (dir: string): readonly Process[] => processes().filter(({ command }) => command.includes(dir));

/** SIGSTOP. Resolves when it stands still: on a busy machine other threads of it go on until one has taken the signal. */
export async function halt(pid: number, { deadline = 10_000 } = {}): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  for (const end = performance.now() + deadline; !isHalted(pid); await setImmediate())
    if (performance.now() > end) throw new Error(`process ${pid} does not stand still`);
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
