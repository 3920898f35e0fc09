/**
 * Java's archive of the classes that a broker loads: with one a broker is there sooner, and with half the work. The first broker that ends
 * in order writes it. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, type Java, type Progress } from './install.ts';
import { publish } from './publish.ts';

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
      const keep = async (): Promise<void> => {
        await publish(written, archive).catch((error: unknown) => progress(`The next start of Kafka will be no faster: ${String(error)}`));
        await rm(written, { force: true });
      };
      return { options: [`-XX:ArchiveClassesAtExit=${written}`], keep };
    },
  };
}
