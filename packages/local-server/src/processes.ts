import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  /** With its arguments. Empty: it ends, is another user's or the kernel's. */
  readonly command: string;
}

const hasProc = (): boolean => process.platform === 'linux';

/** All of this machine. From /proc where there is one, since small images have no ps. */
export function processes(): readonly Process[] {
  if (!hasProc())
    return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, '') }));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: procOf(pid, 'cmdline').replaceAll('\0', ' ').trimEnd() }));
}

/** Of a process that has ended, or that is another user's where those are hidden: nothing. */
const unseen = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

function procOf(pid: number | string, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (unseen.has((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/**
 * Whether the process was started with this argument. A pid alone says little: it may be a stranger's by now, and a thread's of a stranger
 * too (which a signal would end with all its others).
 */
export function isProcess(pid: number, argument: string): boolean {
  if (hasProc()) return procOf(pid, 'cmdline').split('\0').includes(argument);
  try {
    const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ` ${command.trim()} `.includes(` ${argument} `);
  } catch {
    return false; // ps says so where there is no such process
  }
}

/**
 * Whether a process that was started with this argument holds nothing any more: no port, no file. Linux takes its arguments from a process
 * that ends before it closes what the process has open.
 */
export function isGone(pid: number, argument: string): boolean {
  if (!hasProc()) return !isProcess(pid, argument);
  const command = procOf(pid, 'cmdline');
  if (command !== '') return !command.split('\0').includes(argument);
  const { state, threads } = statOf(pid);
  return state === '' || ((state === 'Z' || state === 'X') && threads === '1');
}

/** Whether it stands still, by SIGSTOP. */
export const isHalted = (pid: number): boolean =>
  hasProc() ? statOf(pid).state === 'T' : execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: pid, (name), state, … and its threads are the 20th. Nothing where it is gone. */
function statOf(pid: number): { readonly state: string; readonly threads: string } {
  const [state = '', ...others] = procOf(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { state, threads: others[16] ?? '' };
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
