import { EnsembleError, isError } from '@ensemble/errors';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Archive, archiveOf } from './archive.ts';
import { answers, findLive, isAlive, stopBroker } from './broker.ts';
import { findJava, installKafka, type Progress } from './install.ts';
import { fileOf, type Identity, moveIdentity, readIdentity, writeSettings } from './settings.ts';
import { watchEphemeral } from './watch.ts';

export { installKafka, kafkaCache, kafkaVersion, type Progress } from './install.ts';

export interface LocalKafkaOptions {
  /** Where it keeps its data, its log and its ports. The same folder gives the same topics again, and the same ports unless others have them. */
  readonly dir: string;
  /** Where the broker's jars are kept, shared by all data folders. */
  readonly cache: string;
  /** Told what takes longer than two seconds. */
  readonly progress?: Progress;
  /** Where JAVA_HOME and the path to java and mvn are looked up. */
  readonly env?: NodeJS.ProcessEnv;
  /** When this process dies the broker ends, and its folder goes. */
  readonly ephemeral?: boolean;
  /** Aborted: the fetching or the start is given up, and nothing of it goes on; startKafka throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface LocalKafka {
  /** host:port, as KAFKA_BROKERS wants it. */
  readonly brokers: string;
  readonly pid: number;
  /** Resolves when it has ended: SIGTERM, then SIGKILL after fifteen seconds. */
  stop(): Promise<void>;
  /** SIGKILL, at once. */
  kill(): void;
}

const run = promisify(execFile);
const startDeadline = 60_000;
const stopDeadline = 15_000;

const logEnd = async (dir: string): Promise<string> => {
  const text = await readFile(fileOf.log(dir), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-15).join('\n');
};

/** What a start is carried out with. */
interface Ground {
  readonly dir: string;
  readonly identity: Identity;
  readonly jars: string;
  /** The command. */
  readonly java: string;
  readonly archive: Archive;
  readonly ephemeral: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * For a broker that shares a machine with all the rest: the second compiler took half of the broker's processor time for its first
 * minutes, and more than it gave back after.
 */
const javaOptions = [
  '-Xms256m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

const format = async ({ java, archive, jars, dir, identity: { clusterId }, signal }: Ground): Promise<void> => {
  const formatted = await access(join(fileOf.storage(dir), 'meta.properties')).then(
    () => true,
    () => false,
  );
  if (formatted) return;
  // one id in 64 begins with a dash, and would be an option of its own
  const id = `--cluster-id=${clusterId}`;
  const tool = ['-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format', id, '-c', fileOf.settings(dir)];
  await run(java, [...javaOptions, ...(await archive.use()), ...tool], { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new EnsembleError('KAFKA_DID_NOT_START', 'The storage could not be formatted.', { dir }, error);
  });
};

/** A process group of its own: a Ctrl-C for the parent must not reach it, since what the parent still says has to be taken. */
const launch = async ({ java, archive, jars, dir }: Ground): Promise<ChildProcess> => {
  const log = await open(fileOf.log(dir), 'a');
  try {
    const options = [...javaOptions, ...(await archive.useOrWrite(dir)), '-cp', join(jars, '*')];
    const child = spawn(java, [...options, 'kafka.Kafka', fileOf.settings(dir)], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
};

const untilItAnswers = async ({ dir, identity, progress, signal }: Ground, running: () => boolean): Promise<void> => {
  const began = performance.now();
  let told = 0;
  while (!(await answers(identity))) {
    signal.throwIfAborted();
    const waited = performance.now() - began;
    if (!running() || waited > startDeadline) {
      const words = running()
        ? `It did not answer on port ${identity.brokerPort} within ${startDeadline / 1000} s.`
        : 'It ended while it started.';
      throw new EnsembleError('KAFKA_DID_NOT_START', words, { dir, log: await logEnd(dir) });
    }
    if (waited > 2_000 * (told + 1)) {
      told += 1;
      progress(`Waiting for Kafka to answer, ${Math.round(waited / 1000)} s …`);
    }
    await wait(50);
  }
};

interface Started {
  readonly identity: Identity;
  readonly pid: number;
  readonly unwatch: () => void;
  /** What is to be done after an orderly end. */
  readonly ended?: () => Promise<void>;
}

const portAttempts = 5;

/** A port that was free may be another's when Java has got so far: then others are taken. */
const start = async (ground: Ground): Promise<Started> => {
  let { identity } = ground;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn({ ...ground, identity });
    } catch (error) {
      if (!isPortTaken(error) || attempt === portAttempts) throw error;
      identity = await moveIdentity(ground.dir, identity);
    }
  }
};

const isPortTaken = (error: unknown): boolean =>
  isError(error, 'KAFKA_DID_NOT_START') && /Address already in use/.test(String(error.details['log']));

const startOn = async (ground: Ground): Promise<Started> => {
  const { dir, identity, ephemeral, signal } = ground;
  await writeSettings(dir, identity);
  await format(ground);
  signal.throwIfAborted();
  const child = await launch(ground);
  const { pid } = child;
  if (pid === undefined) throw new EnsembleError('KAFKA_DID_NOT_START', 'The process has no id.', { dir });
  const unwatch = ephemeral ? watchEphemeral(pid, dir) : () => undefined;
  try {
    await untilItAnswers(ground, () => child.exitCode === null && child.signalCode === null);
  } catch (error) {
    unwatch();
    await stopBroker(pid, stopDeadline);
    throw error;
  }
  return { identity, pid, unwatch, ended: () => ground.archive.keep(dir) };
};

/** A broker survives the SIGKILL of the process that started it. It is taken over when it answers, and ended when it does not. */
const adopt = async (dir: string, identity: Identity): Promise<number | undefined> => {
  const pid = await findLive(dir);
  if (pid === undefined) return undefined;
  const patience = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < patience) {
    if (await answers(identity)) return pid;
    await wait(100);
  }
  await stopBroker(pid, 2_000);
  return undefined;
};

/**
 * Starts Apache Kafka, one node, on this machine, or takes over the one that still runs on the same folder; resolves when it answers.
 * Errors: KAFKA_NEEDS_JAVA, KAFKA_NEEDS_MAVEN, KAFKA_NOT_INSTALLED, KAFKA_DID_NOT_START.
 */
export const startKafka = async (options: LocalKafkaOptions): Promise<LocalKafka> => {
  const dir = resolve(options.dir);
  const { identity, pid, unwatch, ended } = await adoptOrStart(options, dir, await readIdentity(dir));
  return {
    brokers: `127.0.0.1:${identity.brokerPort}`,
    pid,
    async stop() {
      unwatch();
      if (await stopBroker(pid, stopDeadline)) await ended?.();
    },
    kill() {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    },
  };
};

const adoptOrStart = async (options: LocalKafkaOptions, dir: string, identity: Identity): Promise<Started> => {
  const { ephemeral = false, progress = () => undefined, env = process.env, signal = new AbortController().signal } = options;
  const pid = await adopt(dir, identity);
  if (pid !== undefined) return { identity, pid, unwatch: ephemeral ? watchEphemeral(pid, dir) : () => undefined };
  const java = await findJava(env);
  const jars = await installKafka(resolve(options.cache), env, progress, signal);
  return start({ dir, identity, jars, java: java.command, archive: archiveOf(jars, java), ephemeral, progress, signal });
};
