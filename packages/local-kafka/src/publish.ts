import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';

/** A copy for all, whole or not at all: the two folders may be on two disks, and others may do the same now. */
export async function publish(written: string, as: string): Promise<void> {
  const unfinished = `${as}-${randomUUID()}`;
  try {
    await copyFile(written, unfinished);
    await rename(unfinished, as);
  } finally {
    await rm(unfinished, { force: true });
  }
}
