import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithUs } from '@ensemble/local-server';

/** Where tests keep what goes with them, all their servers' data among it. */
export interface Scratch {
  readonly dir: string;
  /** Removes what is in it. */
  close(): void;
}

/** Linux's files in memory. */
const memory = { dir: '/dev/shm', type: 0x01021994 };
/** Bytes that the files may take, and as many for the programs: they come to a quarter of it. */
const plenty = 8 * 2 ** 30;

function isPlenty(): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(memory.dir);
    return type === memory.type && bavail * bsize >= plenty && freemem() >= plenty;
  } catch (error) {
    if (error instanceof Error) return false; // there is no such folder
    throw error;
  }
}

/**
 * In memory, where there is plenty: a new installation is thousands of files, and half of its time is the disk's. It goes with this
 * process, however that ends. Nothing here asks what a power cut would leave; what a SIGKILL leaves is the same in memory.
 * A TMPDIR that is given is taken as it is.
 */
export function openScratch(env: NodeJS.ProcessEnv = process.env): Scratch {
  if (env['TMPDIR']) return { dir: env['TMPDIR'], close: () => undefined };
  const dir = mkdtempSync(join(isPlenty() ? memory.dir : tmpdir(), 'ensemble-tests-'));
  chmodSync(dir, 0o1777); // as /tmp is: as root the servers run as other users
  const unwatch = endsWithUs(process.pid, { argument: dir, signal: 'TERM', removes: dir });
  return {
    dir,
    close() {
      unwatch();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
