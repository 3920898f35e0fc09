/**
 * Java's archive of the classes that a broker loaded: with it the next one is there sooner, and with half the work. A broker that ran
 * without writes one as it ends. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
import { access, copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Java } from './install.ts';

export interface Archive {
  /** For everything that Java runs of these jars. */
  use(): Promise<readonly string[]>;
  /** For a broker on this data folder. */
  useOrWrite(dir: string): Promise<readonly string[]>;
  /** After the orderly end of a broker: what it wrote is there for all. */
  keep(dir: string): Promise<void>;
}

/** It lies with the jars that it is of. Java does without one that does not fit them, or itself. */
export function archiveOf(jars: string, { version }: Java): Archive {
  const archive = join(jars, `classes-java-${version}.jsa`);
  const writtenIn = (dir: string): string => join(dir, 'classes.jsa');
  const use = (): Promise<readonly string[]> =>
    access(archive).then(
      () => [`-XX:SharedArchiveFile=${archive}`],
      () => [],
    );
  return {
    use,
    async useOrWrite(dir) {
      const known = await use();
      return known.length > 0 ? known : [`-XX:ArchiveClassesAtExit=${writtenIn(dir)}`];
    },
    async keep(dir) {
      const written = writtenIn(dir);
      const wrote = await access(written).then(
        () => true,
        () => false,
      );
      if (!wrote) return;
      const whole = `${archive}-${process.pid}`; // the folders may be on two disks
      await copyFile(written, whole);
      await rename(whole, archive);
      await rm(written);
    },
  };
}
