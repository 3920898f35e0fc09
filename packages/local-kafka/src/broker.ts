import { endsWithUs, isGone, isProcess, processes, signalProcess } from '@ensemble/local-server';
import { Admin } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';
import { fileOf, type Identity } from './settings.ts';

/** Whether it is the broker of this folder, which was started with the folder's settings. */
export const isBrokerOf = (pid: number, dir: string): boolean => isProcess(pid, fileOf.settings(dir));

/** Ends it when this process ends, however it ends, and its folder goes. Gives what calls that off. */
export const brokerEndsWithUs = (pid: number, dir: string): (() => void) =>
  endsWithUs(pid, { argument: fileOf.settings(dir), signal: 'KILL', removes: dir });

export const signalBroker = (pid: number, dir: string, signal: NodeJS.Signals): boolean => signalProcess(pid, fileOf.settings(dir), signal);

/**
 * The broker that an earlier process started on this folder and left behind, when it lives. It is known by its command line: a pid
 * file may be missing (its writer was killed too) or name a process that is someone else's by now.
 */
export const findLive = (dir: string): number | undefined =>
  processes().find(({ command }) => command.endsWith(`kafka.Kafka ${fileOf.settings(dir)}`))?.pid;

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

const gone = async (pid: number, dir: string, deadline: number): Promise<boolean> => {
  const end = performance.now() + deadline;
  while (!isGone(pid, fileOf.settings(dir))) {
    if (performance.now() > end) return false;
    await wait(20);
  }
  return true;
};

/** Lets it close its log; one that does not end within the deadline (milliseconds) is killed. Tells whether it ended because it was asked. */
export const stopBroker = async (pid: number, dir: string, deadline: number): Promise<boolean> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!signalBroker(pid, dir, signal)) return false;
    if (await gone(pid, dir, deadline)) return signal === 'SIGTERM';
  }
  return false;
};
