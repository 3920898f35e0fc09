import { EnsembleError } from '@ensemble/errors';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const kafkaVersion = '4.3.1';
const oldestJava = 17;

const run = promisify(execFile);
const pom = fileURLToPath(new URL('../pom.xml', import.meta.url));

/** Where the jars are kept, unless ENSEMBLE_KAFKA_CACHE says another place: npm start, the tests and the bench share them. */
export const kafkaCache = (dataDir: string, env: NodeJS.ProcessEnv = {}): string => env['ENSEMBLE_KAFKA_CACHE'] ?? join(dataDir, 'kafka');

/** Says what is going on, one line at a time, when something takes longer than two seconds. */
export type Progress = (line: string) => void;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const output = 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '';
  return output.match(/^\[ERROR\] .+$/m)?.[0] ?? error.message;
};

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export interface Java {
  readonly command: string;
  /** Such as 17.0.15. */
  readonly version: string;
  /** Tells apart what says the same version: another vendor's, or one that was built again. */
  readonly build: string;
}

/** The Java to use. Errors: KAFKA_NEEDS_JAVA. */
export const findJava = async (env: NodeJS.ProcessEnv): Promise<Java> => {
  const java = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java';
  const { stderr } = await run(java, ['-version'], { env }).catch((error: unknown) => {
    throw new EnsembleError('KAFKA_NEEDS_JAVA', `${java} could not be run.`, { java }, error);
  });
  const version = stderr.match(/version "([\w.+-]+)"/)?.[1] ?? '';
  const found = Number(version.match(/^(?:1\.)?(\d+)/)?.[1] ?? 0);
  if (found < oldestJava)
    throw new EnsembleError('KAFKA_NEEDS_JAVA', `${java} is of version ${found}.`, { java, found, needed: oldestJava });
  return { command: java, version, build: createHash('sha256').update(stderr).digest('hex').slice(0, 8) };
};

/** Whole or not at all: what Maven copies gets its name only when it is complete, whoever is first. */
const fetchInto = async (cache: string, jars: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<void> => {
  const unfinished = join(cache, `unfinished-${process.pid}-${Date.now()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`], {
      env,
      ...(signal ? { signal } : {}),
    });
    await rename(unfinished, jars).catch(async (error: unknown) => {
      if (!(await exists(jars))) throw error;
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (isAbsent(error)) throw new EnsembleError('KAFKA_NEEDS_MAVEN', 'mvn could not be run.', {}, error);
    throw new EnsembleError('KAFKA_NOT_INSTALLED', `Kafka ${kafkaVersion} could not be fetched: ${reasonOf(error)}`, { jars }, error);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};

/**
 * The folder with the broker's jars, fetched from Maven Central when it is not in the cache yet (44 MB, once).
 * An aborted signal gives it up, and its reason is thrown. Errors: KAFKA_NEEDS_MAVEN, KAFKA_NOT_INSTALLED.
 */
export const installKafka = async (cache: string, env: NodeJS.ProcessEnv, progress: Progress, signal?: AbortSignal): Promise<string> => {
  const jars = join(cache, `jars-${kafkaVersion}-with-tools`);
  if (await exists(jars)) return jars;
  const began = Date.now();
  progress(`Fetching Apache Kafka ${kafkaVersion} from Maven Central, this first time only (44 MB) …`);
  const ticking = setInterval(() => progress(`… still fetching, ${Math.round((Date.now() - began) / 1000)} s`), 5_000);
  try {
    await fetchInto(cache, jars, env, signal);
  } finally {
    clearInterval(ticking);
  }
  return jars;
};
