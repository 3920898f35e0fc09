import { isGone, isProcess, signalProcess } from '@ensemble/local-server';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Running {
  readonly pid: number;
  readonly port: number;
}

/** What a running server says of itself in its data directory's postmaster.pid. */
export interface Postmaster extends Running {
  /** starting, stopping, ready, standby */
  readonly status: string;
}

export const pidFile = (data: string): string => join(data, 'postmaster.pid');

export function readPostmaster(data: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(data), 'utf8').split('\n');
  } catch {
    return undefined; // no file, no server
  }
  // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, data directory, start, port, …, and its status in line 8.
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 1 ? { pid, port: Number(lines[3] ?? 0), status: lines[7]?.trim() ?? 'starting' } : undefined;
}

/** Whether the process is the server of this directory, and not a stranger that was given the number of a dead one. */
export const isServerOf = (pid: number, data: string): boolean => isProcess(pid, data);

/** Waits until the server of this directory is gone; false if it is still there after `milliseconds`. */
async function gone(pid: number, data: string, milliseconds: number): Promise<boolean> {
  for (const deadline = performance.now() + milliseconds; !isGone(pid, data); await sleep(3)) {
    if (performance.now() > deadline) return false;
  }
  return true;
}

export interface Stopping {
  /** Open transactions are rolled back, everything else is written. Else, at once: what is lost is not missed, or recovered. Default: true. */
  readonly keeps?: boolean;
  /** Milliseconds until a stronger signal: what does not obey is killed, and recovers at its next start. */
  readonly patience?: number;
}

/** https://www.postgresql.org/docs/current/server-shutdown.html */
export async function stopServer(pid: number, data: string, { keeps = true, patience = 30_000 }: Stopping = {}): Promise<void> {
  for (const signal of [...(keeps ? (['SIGINT'] as const) : []), 'SIGQUIT', 'SIGKILL'] as const) {
    signalServer(pid, data, signal);
    if (await gone(pid, data, patience)) return;
  }
}

export const signalServer = (pid: number, data: string, signal: NodeJS.Signals): boolean => signalProcess(pid, data, signal);
