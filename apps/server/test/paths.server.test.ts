/** The same paths on real PostgreSQL, over its log and over Kafka. */
import { silentLog, type Store, type Transport } from '@ensemble/engine';
import { testServers } from '@ensemble/testkit/servers';
import { kafkaTransport } from '@ensemble/transport-kafka';
import { postgresTransport } from '@ensemble/transport-postgres';
import { randomBytes } from 'node:crypto';
import { participants } from '../src/catalogue.ts';
import { complete } from '../src/config.ts';
import { openStores } from '../src/databases.ts';
import { type PathsHarness, pathsSuite } from './paths-suite.ts';

/** Databases and a log of its own for each shop; they go with the test server. */
function harness(connect: (installation: string) => Transport): PathsHarness {
  const opened: { readonly transport: Transport; readonly stores: ReadonlyMap<string, Store> }[] = [];
  return {
    async open() {
      const { databaseUrl } = testServers();
      const installation = `paths_${randomBytes(6).toString('hex')}`;
      const server = { adminUrl: databaseUrl, secret: installation, embedded: false };
      const stores = await openStores(participants, server, {
        config: complete({ installation }),
        log: silentLog,
        closing: () => undefined,
      });
      const transport = connect(installation);
      opened.push({ transport, stores });
      return { transport, stores, log: silentLog };
    },
    async close() {
      const last = opened.pop();
      await last?.transport.close();
      for (const store of last?.stores.values() ?? []) await store.close();
    },
  };
}

pathsSuite(
  'the PostgreSQL log',
  harness((installation) => postgresTransport({ url: testServers().databaseUrl, schema: installation })),
);
pathsSuite(
  'Kafka',
  harness((installation) => kafkaTransport({ brokers: [testServers().kafkaBrokers], clientId: installation, prefix: `${installation}.` })),
);
