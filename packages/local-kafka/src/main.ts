import { EnsembleError, isError } from '@ensemble/errors';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Archive, archiveOf } from './archive.ts';
import { answers, brokerEndsWithUs, findLive, isBrokerOf, signalBroker, stopBroker } from './broker.ts';
import { format, isFormatted } from './format.ts';
import { findJava, installKafka, type Progress } from './install.ts';
import { fileOf, type Identity, moveIdentity, readIdentity, writeSettings } from './settings.ts';

export { installKafka, kafkaCache, kafkaVersion, type Progress } from './install.ts';

export interface LocalKafkaOptions {
  /** Where it keeps its data, its log and its ports. The same folder gives the same ports and topics again. */
  readonly dir: string;
  /** Where the broker's jars are kept, shared by all data folders. */
  readonly cache: string;
  /** Told what takes longer than two seconds. */
  readonly progress?: Progress;
  /** Where JAVA_HOME and the path to java and mvn are looked up. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * A folder whose ports somebody else has by now takes others. A new one does so anyway; one that was used before only with this, since
   * programs may know its ports.
   */
  readonly moves?: boolean;
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

const startDeadline = 60_000;
const stopDeadline = 15_000;

/** What the broker said since this place in its log, in bytes. */
const logSince = async (dir: string, start: number): Promise<string> =>
  (await readFile(fileOf.log(dir)).catch(() => Buffer.alloc(0))).subarray(start).toString();

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

/** What a start is carried out with. */
interface Ground {
  readonly dir: string;
  readonly identity: Identity;
  readonly jars: string;
  /** The command. */
  readonly java: string;
  readonly archive: Archive;
  readonly moves: boolean;
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

interface Launched {
  readonly child: ChildProcess;
  readonly logStart: number;
  readonly keepArchive: (() => Promise<void>) | undefined;
}

/** A process group of its own: a Ctrl-C for the parent must not reach it, since what the parent still says has to be taken. */
const launch = async ({ java, archive, jars, dir, progress }: Ground): Promise<Launched> => {
  const { options, keep } = await archive.useOrWrite(dir, progress);
  const log = await open(fileOf.log(dir), 'a');
  try {
    const { size } = await log.stat();
    const child = spawn(java, [...javaOptions, ...options, '-cp', join(jars, '*'), 'kafka.Kafka', fileOf.settings(dir)], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return { child, logStart: size, keepArchive: keep };
  } finally {
    await log.close();
  }
};

const untilItAnswers = async ({ dir, identity, progress, signal }: Ground, { child, logStart }: Launched): Promise<void> => {
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const began = performance.now();
  let told = 0;
  while (!(await answers(identity))) {
    signal.throwIfAborted();
    const waited = performance.now() - began;
    if (!running() || waited > startDeadline) {
      const { brokerPort, controllerPort } = identity;
      const said = await logSince(dir, logStart);
      const portTaken = said.includes('java.net.BindException');
      const ended = portTaken ? `Another program has port ${brokerPort} or ${controllerPort}.` : 'It ended while it started.';
      const words = running() ? `It did not answer on port ${brokerPort} within ${startDeadline / 1000} s.` : ended;
      throw new EnsembleError('KAFKA_DID_NOT_START', words, { dir, log: lastLines(said), portTaken });
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
  readonly keepArchive?: (() => Promise<void>) | undefined;
}

const portAttempts = 5;

/** A port that was free may be another's when Java has got so far. */
const start = async (ground: Ground): Promise<Started> => {
  const { dir, moves, progress } = ground;
  let { identity } = ground;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn({ ...ground, identity });
    } catch (error) {
      if (!moves || attempt === portAttempts || !isError(error, 'KAFKA_DID_NOT_START') || error.details['portTaken'] !== true) throw error;
      identity = await moveIdentity(dir, identity);
      progress(`Kafka's port is taken; it is started on ${identity.brokerPort} …`);
    }
  }
};

const startOn = async (ground: Ground): Promise<Started> => {
  const { dir, identity, archive, ephemeral, signal } = ground;
  await writeSettings(dir, identity);
  await format({ ...ground, options: [...javaOptions, ...(await archive.use()).options] });
  signal.throwIfAborted();
  const launched = await launch(ground);
  const { pid } = launched.child;
  if (pid === undefined) throw new EnsembleError('KAFKA_DID_NOT_START', 'The process has no id.', { dir });
  const unwatch = ephemeral ? brokerEndsWithUs(pid, dir) : () => undefined;
  try {
    await untilItAnswers(ground, launched);
  } catch (error) {
    unwatch();
    await stopBroker(pid, dir, stopDeadline);
    throw error;
  }
  return { identity, pid, unwatch, keepArchive: launched.keepArchive };
};

/** A broker survives the SIGKILL of the process that started it. It is taken over when it answers, and ended when it does not. */
const adopt = async (dir: string, identity: Identity): Promise<number | undefined> => {
  const pid = findLive(dir);
  if (pid === undefined) return undefined;
  const patience = performance.now() + 5_000;
  while (isBrokerOf(pid, dir) && performance.now() < patience) {
    if (await answers(identity)) return pid;
    await wait(100);
  }
  await stopBroker(pid, dir, 2_000);
  return undefined;
};

/**
 * Starts Apache Kafka, one node, on this machine, or takes over the one that still runs on the same folder; resolves when it answers.
 * Errors: KAFKA_NEEDS_JAVA, KAFKA_NEEDS_MAVEN, KAFKA_NOT_INSTALLED, KAFKA_DID_NOT_START.
 */
export const startKafka = async (options: LocalKafkaOptions): Promise<LocalKafka> => {
  const dir = resolve(options.dir);
  const { identity, pid, unwatch, keepArchive } = await adoptOrStart(options, dir, await readIdentity(dir));
  return {
    brokers: `127.0.0.1:${identity.brokerPort}`,
    pid,
    async stop() {
      unwatch();
      if (await stopBroker(pid, dir, stopDeadline)) await keepArchive?.();
    },
    kill() {
      signalBroker(pid, dir, 'SIGKILL');
    },
  };
};

const adoptOrStart = async (options: LocalKafkaOptions, dir: string, identity: Identity): Promise<Started> => {
  const { ephemeral = false, progress = () => undefined, env = process.env, signal = new AbortController().signal } = options;
  const pid = await adopt(dir, identity);
  if (pid !== undefined) return { identity, pid, unwatch: ephemeral ? brokerEndsWithUs(pid, dir) : () => undefined };
  const java = await findJava(env);
  const jars = await installKafka(resolve(options.cache), env, progress, signal);
  const moves = options.moves === true || !(await isFormatted(dir));
  return start({ dir, identity, jars, java: java.command, archive: archiveOf(jars, java), moves, ephemeral, progress, signal });
};
