import { startPostgres } from '@ensemble/local-postgres';
import { testServers } from '@ensemble/testkit/servers';
import { type OwnBroker, transportConformance } from '@ensemble/testkit/transport-conformance';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from './connect.ts';
import { makeLog } from './test-log.ts';

const { databaseUrl } = testServers();
const schema = `log_${randomUUID().slice(0, 8)}`;
await makeLog(databaseUrl, schema);

const ownBroker = async (): Promise<OwnBroker> => {
  const dir = await mkdtemp(join(tmpdir(), 'ensemble-log-'));
  await chmod(dir, 0o755); // the server may run as another user
  let server = await startPostgres({ dir });
  await makeLog(server.url, schema);
  return {
    create: async () => connect({ url: server.url, schema }),
    stop: () => server.stop(),
    async start() {
      server = await startPostgres({ dir });
    },
    async close() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

transportConformance('postgres', {
  create: async (log) => connect({ url: databaseUrl, schema, ...(log && { log }) }),
  kill: (transport) => transport.abandon(),
  fresh: (what) => `${what}-${randomUUID().slice(0, 8)}`,
  sessionTimeout: 1_500,
  ownBroker,
});
