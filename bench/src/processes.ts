/** The CPU and memory of this process and of the servers it started, read at a moment. */
import { readdirSync, readFileSync } from 'node:fs';
import { machineTimes, type MachineTimes, type ProcessTimes, processTimes, residentBytes } from './proc.ts';

/** Process ids; null: it runs elsewhere, or there is none. */
export interface Pids {
  readonly postgres: number | null;
  readonly java: number | null;
}

/** CPU in seconds since each began; null: it cannot be seen from here. */
export interface Moment {
  readonly at: number;
  readonly node: number;
  readonly postgres: number | null;
  readonly java: number | null;
  readonly machine: MachineTimes | null;
}

/** 0 to 1 of all processors; others: what neither this process nor the servers it started used; null: this system does not tell. */
export type Processors = { readonly busy: number; readonly others: number; readonly stolen: number } | null;

const visible = process.platform === 'linux';

export function moment(pids: Pids): Moment {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    node: (user + system) / 1e6,
    postgres: pids.postgres !== null && visible ? familyCpu(pids.postgres) : null,
    java: pids.java !== null && visible ? (timesOf(String(pids.java))?.cpu ?? null) : null,
    machine: visible ? machineTimes(readFileSync('/proc/stat', 'utf8')) : null,
  };
}

/** A server with all its children, those that have ended too: a backend that goes away takes nothing out of the sum. */
function familyCpu(pid: number): number | null {
  const own = timesOf(String(pid));
  if (!own) return null;
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (timesOf(name) ?? []) : []));
  return all.filter(({ parent }) => parent === pid).reduce((sum, { cpu }) => sum + cpu, own.cpu + own.children);
}

/** undefined: the process has ended. */
function timesOf(pid: string): ProcessTimes | undefined {
  const stat = ofProcess(pid, 'stat');
  return stat === undefined ? undefined : processTimes(stat);
}

function ofProcess(pid: string, file: 'stat' | 'status'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // it ended between the listing and now
  }
}

/** Seconds of CPU; null where they cannot be seen. */
export function spentBetween(began: Moment, over: Moment): Readonly<Record<'node' | 'postgres' | 'java', number | null>> {
  const spent = (before: number | null, after: number | null): number | null => (before === null || after === null ? null : after - before);
  return { node: spent(began.node, over.node), postgres: spent(began.postgres, over.postgres), java: spent(began.java, over.java) };
}

export function processorsBetween(began: Moment, over: Moment): Processors {
  if (!began.machine || !over.machine) return null;
  const all = over.machine.all - began.machine.all;
  const busy = over.machine.busy - began.machine.busy;
  const known = Object.values(spentBetween(began, over)).reduce<number>((sum, cpu) => sum + (cpu ?? 0), 0);
  return { busy: busy / all, others: Math.max(0, busy - known) / all, stolen: (over.machine.stolen - began.machine.stolen) / all };
}

/** Bytes. PostgreSQL is left out: what its processes share would be counted in each. */
export function memory(pids: Pids): { readonly node: number; readonly java: number | null } {
  const java = pids.java !== null && visible ? ofProcess(String(pids.java), 'status') : undefined;
  return { node: process.memoryUsage().rss, java: java === undefined ? null : residentBytes(java) };
}
