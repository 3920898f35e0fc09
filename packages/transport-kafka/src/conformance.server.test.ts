import type { Log } from '@ensemble/engine';
import { startKafka } from '@ensemble/local-kafka';
import { testServers } from '@ensemble/testkit/servers';
import { type OwnBroker, transportConformance } from '@ensemble/testkit/transport-conformance';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connected, connect } from './connect.ts';

const { kafkaBrokers, kafkaCache } = testServers();
const prefix = `test-${randomUUID().slice(0, 8)}-`;

const connectTo = async (brokers: string, log?: Log): Promise<Connected> =>
  connect({ brokers: brokers.split(','), clientId: 'conformance', prefix, ...(log && { log }) });

const ownBroker = async (): Promise<OwnBroker> => {
  const dir = await mkdtemp(join(tmpdir(), 'ensemble-kafka-'));
  let broker = await startKafka({ dir, cache: kafkaCache });
  return {
    create: () => connectTo(broker.brokers),
    stop: () => broker.stop(),
    async start() {
      broker = await startKafka({ dir, cache: kafkaCache });
    },
    async close() {
      await broker.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

transportConformance('kafka', {
  create: (log) => connectTo(kafkaBrokers, log),
  kill: (transport) => transport.abandon(),
  fresh: (what) => `${what}-${randomUUID().slice(0, 8)}`,
  sessionTimeout: 6_000,
  ownBroker,
});
