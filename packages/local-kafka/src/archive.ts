/**
 * Java's archive of the classes that a broker loads: with one a broker is there sooner, and with half the work. The first broker that ends
 * in order writes it. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
import { randomUUID } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, type Java, type Progress } from './install.ts';

/** `options` are Java's. */
export interface Archiving {
  readonly options: readonly string[];
  /** After the orderly end of the broker: what it wrote is there for all. Only where it writes one. */
  readonly keep?: () => Promise<void>;
}

export interface Archive {
  /** What is read only. */
  use(): Promise<Archiving>;
  /** For a broker on this data folder, which writes the archive where there is none. */
  useOrWrite(dir: string, progress: Progress): Promise<Archiving>;
}

/** One for each Java, beside the jars. Java goes without one that does not fit. */
export function archiveOf(jars: string, { version, build }: Pick<Java, 'version' | 'build'>): Archive {
  const archive = join(jars, `classes-java-${version}-${build}.jsa`);
  const use = async (): Promise<Archiving> => ({ options: (await exists(archive)) ? [`-XX:SharedArchiveFile=${archive}`] : [] });
  return {
    use,
    async useOrWrite(dir, progress) {
      const known = await use();
      if (known.options.length > 0) return known;
      const written = join(dir, 'classes.jsa');
      await rm(written, { force: true }); // of an earlier start, which may have failed
      const keep = (): Promise<void> =>
        publish(written, archive).catch((error: unknown) => progress(`The next start of Kafka will be no faster: ${String(error)}`));
      return { options: [`-XX:ArchiveClassesAtExit=${written}`], keep };
    },
  };
}

/** The two folders may be on two disks, and others may do the same now. */
async function publish(written: string, archive: string): Promise<void> {
  const unfinished = `${archive}-${randomUUID()}`;
  try {
    await copyFile(written, unfinished);
    await rename(unfinished, archive);
  } finally {
    for (const path of [unfinished, written]) await rm(path, { force: true });
  }
}
