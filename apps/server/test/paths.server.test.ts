/** The same paths on real PostgreSQL, over its log and over Kafka. */
import { silentLog, type Transport } from '@ensemble/engine';
import { testServers } from '@ensemble/testkit/servers';
import { randomBytes } from 'node:crypto';
import { brokerTransport, logTransport } from '../src/broker.ts';
import { participants } from '../src/catalogue.ts';
import { complete, type Config } from '../src/config.ts';
import { type DatabaseServer, openStores } from '../src/databases.ts';
import { memoryStores } from './memory-stores.ts';
import { type PathsHarness, pathsSuite } from './paths-suite.ts';

const newInstallation = (): string => `paths_${randomBytes(6).toString('hex')}`;

/** Databases and a log of its own for each shop; they go with the test server. */
function harness(connect: (server: DatabaseServer, config: Config) => Promise<Transport>): PathsHarness {
  return {
    async open() {
      const { databaseUrl } = testServers();
      const installation = newInstallation();
      const server = { adminUrl: databaseUrl, secret: installation, embedded: false };
      const config = complete({ installation });
      const stores = await openStores(participants, server, { config, log: silentLog, closing: () => undefined });
      const transport = await connect(server, config);
      const close = async (): Promise<void> => {
        await transport.close();
        for (const store of stores.values()) await store.close();
      };
      return { transport, stores, log: silentLog, close };
    },
  };
}

pathsSuite(
  'the PostgreSQL log',
  harness((server, config) => logTransport(server, config, silentLog)),
  ['create-order'],
);
const kafka = (config: Config): Promise<Transport> => brokerTransport([testServers().kafkaBrokers], config, silentLog);

/** Silence is no matter of where the rows are, which is tried with the log: here they are in memory, which takes half the work. */
pathsSuite(
  'Kafka',
  {
    ...harness((_, config) => kafka(config)),
    async openSilent() {
      const transport = await kafka(complete({ installation: newInstallation() }));
      return { transport, stores: await memoryStores(), log: silentLog, close: () => transport.close() };
    },
  },
  ['create-order'],
);
