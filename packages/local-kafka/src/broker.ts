import { Admin } from '@platformatic/kafka';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fileOf, type Identity } from './settings.ts';

const run = promisify(execFile);

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Every process and its command line: from /proc where there is one, since small images have no ps. */
const commands = async (): Promise<{ pid: number; command: string }[]> => {
  if (process.platform === 'linux') {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const read = async (name: string): Promise<string> => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    return Promise.all(pids.map(async (name) => ({ pid: Number(name), command: (await read(name)).replaceAll('\0', ' ') })));
  }
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command=']);
  return stdout.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
};

/**
 * The broker that an earlier process started on this folder and left behind, when it lives. It is known by its command line: a pid
 * file may be missing (its writer was killed too) or name a process that is someone else's by now.
 */
export const findLive = async (dir: string): Promise<number | undefined> => {
  const ours = `kafka.Kafka ${fileOf.settings(dir)}`;
  return (await commands()).find(({ command }) => command.trimEnd().endsWith(ours))?.pid;
};

/** Whether the broker answers a request: an open port comes earlier, and may be another's broker's. */
export const answers = async ({ brokerPort, clusterId }: Identity): Promise<boolean> => {
  const admin = new Admin({
    clientId: 'ensemble-local-kafka',
    bootstrapBrokers: [`127.0.0.1:${brokerPort}`],
    retries: 0,
    connectTimeout: 1_000,
    requestTimeout: 2_000,
  });
  admin.on('error', () => undefined);
  try {
    const { id, brokers } = await admin.metadata({ topics: [] });
    return id === clusterId && brokers.size > 0;
  } catch {
    return false;
  } finally {
    await admin.close();
  }
};

const gone = async (pid: number, deadline: number): Promise<boolean> => {
  const end = performance.now() + deadline;
  while (isAlive(pid)) {
    if (performance.now() > end) return false;
    await wait(20);
  }
  return true;
};

/** Lets it close its log; one that does not end within the deadline (milliseconds) is killed. Tells whether it ended because it was asked. */
export const stopBroker = async (pid: number, deadline: number): Promise<boolean> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(pid)) return false;
    process.kill(pid, signal);
    if (await gone(pid, deadline)) return signal === 'SIGTERM';
  }
  return false;
};
