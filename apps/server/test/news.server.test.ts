/** The same prices on real PostgreSQL, over its log and over Kafka. */
import { silentLog, type Store, type Transport } from '@ensemble/engine';
import { testServers } from '@ensemble/testkit/servers';
import { randomBytes } from 'node:crypto';
import { brokerTransport, logTransport } from '../src/broker.ts';
import { participants } from '../src/catalogue.ts';
import { complete, type Config } from '../src/config.ts';
import { type DatabaseServer, openStores } from '../src/databases.ts';
import { type NewsHarness, newsSuite } from './news-suite.ts';

function harness(connect: (server: DatabaseServer, config: Config) => Promise<Transport>): NewsHarness {
  const opened: { readonly transport: Transport; readonly stores: ReadonlyMap<string, Store> }[] = [];
  return {
    async open() {
      const { databaseUrl } = testServers();
      const installation = `news_${randomBytes(6).toString('hex')}`;
      const server = { adminUrl: databaseUrl, secret: installation, embedded: false };
      const config = complete({ installation, demo: false });
      const chosen = participants.filter(({ name }) => name === 'product' || name === 'inventory');
      const stores = await openStores(chosen, server, { config, log: silentLog, closing: () => undefined });
      const transport = await connect(server, config);
      opened.push({ transport, stores });
      return { transport, stores };
    },
    async close() {
      const last = opened.pop();
      await last?.transport.close();
      for (const store of last?.stores.values() ?? []) await store.close();
    },
  };
}

newsSuite(
  'the PostgreSQL log',
  harness((server, config) => logTransport(server, config, silentLog)),
);
newsSuite(
  'Kafka',
  harness(async (_, config) => brokerTransport([testServers().kafkaBrokers], config, silentLog)),
);
