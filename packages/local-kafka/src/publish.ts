import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * A copy for all, whole or not at all: the two folders may be on two disks, others may do the same now, and where it has its name the
 * disk has all of it, whatever happens to the power.
 */
export async function publish(written: string, as: string): Promise<void> {
  const unfinished = `${as}-${randomUUID()}`;
  try {
    await pipeline(createReadStream(written), createWriteStream(unfinished, { flush: true }));
    await rename(unfinished, as);
  } finally {
    await rm(unfinished, { force: true });
  }
}
