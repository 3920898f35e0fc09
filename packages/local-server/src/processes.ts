import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  /** With its arguments. Empty: it ends, or is the kernel's. */
  readonly command: string;
}

/** All of this machine. From /proc where there is one, since small images have no ps. */
export function processes(): readonly Process[] {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, '') }));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandLine(pid).replaceAll('\0', ' ').trimEnd() }));
}

function commandLine(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''; // it has ended meanwhile
    throw error;
  }
}

/**
 * Whether the process was started with this argument. A pid alone says little: it may be a stranger's by now, and a thread's of a stranger
 * too (which a signal would end with all its others).
 */
export function isProcess(pid: number, argument: string): boolean {
  if (process.platform === 'linux') return commandLine(pid).split('\0').includes(argument);
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(argument);
  } catch {
    return false; // ps says so where there is no such process
  }
}

/** To the process that was started with this argument, and to no other. Tells whether it was there. */
export function signalProcess(pid: number, argument: string, signal: NodeJS.Signals): boolean {
  if (!isProcess(pid, argument)) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false; // it ended in this moment
  }
}
