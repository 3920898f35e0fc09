import { chmodSync, mkdtempSync, rmSync, type StatsFs, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** What a machine has for files in memory. */
export interface Room {
  /** Throws where there is no such folder. */
  readonly statfs: (path: string) => Pick<StatsFs, 'type' | 'bavail' | 'bsize'>;
  /** Bytes that may still be taken; where a container has a limit, below that. */
  readonly available: number;
}

/** The folder that the files go into. */
export function placeFor({ statfs, available }: Room): string {
  try {
    const { type, bavail, bsize } = statfs(memory.dir);
    return type === memory.type && bavail * bsize >= plenty && available >= plenty ? memory.dir : tmpdir();
  } catch (error) {
    if (error instanceof Error) return tmpdir(); // there is no such folder
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
  const dir = mkdtempSync(join(placeFor({ statfs: statfsSync, available: process.availableMemory() }), 'ensemble-tests-'));
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
