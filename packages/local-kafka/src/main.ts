import { EnsembleError } from '@ensemble/errors';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { answers, findLive, isAlive, stopBroker } from './broker.ts';
import { findJava, installKafka, type Progress } from './install.ts';
import { fileOf, type Identity, readIdentity, writeSettings } from './settings.ts';

export { installKafka, kafkaVersion, type Progress } from './install.ts';

export interface LocalKafkaOptions {
  /** Where it keeps its data, its log and its ports. The same folder gives the same ports and topics again. */
  readonly dir: string;
  /** Where the broker's jars are kept, shared by all data folders. */
  readonly cache: string;
  /** Told what takes longer than two seconds. */
  readonly progress?: Progress;
  /** Where JAVA_HOME and the path to java and mvn are looked up. */
  readonly env?: NodeJS.ProcessEnv;
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

const format = async (java: string, jars: string, dir: string, { clusterId }: Identity): Promise<void> => {
  const formatted = await access(join(fileOf.storage(dir), 'meta.properties')).then(
    () => true,
    () => false,
  );
  if (formatted) return;
  const tool = ['-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', fileOf.settings(dir)];
  await run(java, ['-Xshare:auto', '-XX:TieredStopAtLevel=1', ...tool]).catch((error: unknown) => {
    throw new EnsembleError('KAFKA_DID_NOT_START', 'The storage could not be formatted.', { dir }, error);
  });
};

/** A process group of its own: a Ctrl-C for the parent must not reach it, since what the parent still says has to be taken. */
const launch = async (java: string, jars: string, dir: string): Promise<ChildProcess> => {
  const log = await open(fileOf.log(dir), 'a');
  try {
    const options = ['-Xms256m', '-Xmx512m', '-XX:+UseG1GC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
    const child = spawn(java, [...options, '-cp', join(jars, '*'), 'kafka.Kafka', fileOf.settings(dir)], {
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

const untilItAnswers = async (dir: string, identity: Identity, running: () => boolean, progress: Progress): Promise<void> => {
  const began = performance.now();
  let told = 0;
  while (!(await answers(identity))) {
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

const start = async (dir: string, identity: Identity, jars: string, java: string, progress: Progress): Promise<number> => {
  await writeSettings(dir, identity);
  await format(java, jars, dir, identity);
  const child = await launch(java, jars, dir);
  const { pid } = child;
  if (pid === undefined) throw new EnsembleError('KAFKA_DID_NOT_START', 'The process has no id.', { dir });
  try {
    await untilItAnswers(dir, identity, () => child.exitCode === null && child.signalCode === null, progress);
  } catch (error) {
    await stopBroker(pid, stopDeadline);
    throw error;
  }
  return pid;
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
  const { progress = () => undefined, env = process.env } = options;
  const [dir, cache] = [resolve(options.dir), resolve(options.cache)];
  const identity = await readIdentity(dir);
  let pid = await adopt(dir, identity);
  if (pid === undefined) {
    const java = await findJava(env);
    const jars = await installKafka(cache, env, progress);
    pid = await start(dir, identity, jars, java, progress);
  }
  const broker = pid;
  return {
    brokers: `127.0.0.1:${identity.brokerPort}`,
    pid: broker,
    stop: () => stopBroker(broker, stopDeadline),
    kill() {
      if (isAlive(broker)) process.kill(broker, 'SIGKILL');
    },
  };
};
