import { freePorts } from '@ensemble/local-server';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a data folder keeps from start to start. */
export interface Identity {
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly clusterId: string;
}

export const fileOf = {
  identity: (dir: string): string => join(dir, 'identity.json'),
  settings: (dir: string): string => join(dir, 'server.properties'),
  storage: (dir: string): string => join(dir, 'storage'),
  log: (dir: string): string => join(dir, 'broker.log'),
};

const isIdentity = (value: unknown): value is Identity =>
  typeof value === 'object' && value !== null && 'brokerPort' in value && 'controllerPort' in value && 'clusterId' in value;

const saved = async (dir: string, identity: Identity): Promise<Identity> => {
  await writeFile(fileOf.identity(dir), `${JSON.stringify(identity)}\n`);
  return identity;
};

const onFreePorts = async (clusterId: string): Promise<Identity> => {
  return { ...(await freePorts('brokerPort', 'controllerPort')), clusterId };
};

export const readIdentity = async (dir: string): Promise<Identity> => {
  await mkdir(dir, { recursive: true });
  const text = await readFile(fileOf.identity(dir), 'utf8').catch(() => undefined);
  const found: unknown = text === undefined ? undefined : JSON.parse(text);
  return isIdentity(found) ? found : saved(dir, await onFreePorts(randomBytes(16).toString('base64url')));
};

/** The same cluster, on other ports from now on. */
export const moveIdentity = async (dir: string, { clusterId }: Identity): Promise<Identity> => saved(dir, await onFreePorts(clusterId));

export const nodeId = 1;

/** One node that is broker and controller. Sources: Kafka's broker configuration reference. */
const settings = (dir: string, { brokerPort, controllerPort }: Identity): Record<string, string | number | boolean> => ({
  'process.roles': 'broker,controller',
  'node.id': nodeId,
  'controller.quorum.voters': `${nodeId}@127.0.0.1:${controllerPort}`,
  listeners: `PLAINTEXT://127.0.0.1:${brokerPort},CONTROLLER://127.0.0.1:${controllerPort}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${brokerPort}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  'log.dirs': fileOf.storage(dir),
  'auto.create.topics.enable': false,
  // one node cannot hold the three copies that Kafka asks for by itself
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  // fifty by default: a second more at the first start, for groups we can count on our fingers
  'offsets.topic.num.partitions': 4,
  // a group begins when its first member comes, and may notice a dead one within seconds
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  // after a SIGKILL it is let in again once its former self counts as gone: nine seconds by default
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
  // a message of 1 MiB, its key, headers and frame
  'message.max.bytes': 1_179_648,
});

export const writeSettings = async (dir: string, identity: Identity): Promise<void> => {
  const lines = Object.entries(settings(dir, identity)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(fileOf.settings(dir), lines.join(''));
};
