import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ConnectionPool } from '@platformatic/kafka';
import { endClient, known } from './ending.ts';

/** A pool with one connection to a server, which never says anything, and the server's end of it. */
async function connected(t: TestContext) {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const broker = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const arrival = async (): Promise<Socket> => {
    const [there] = (await once(server, 'connection')) as [Socket];
    t.after(() => there.destroy());
    return there;
  };
  const pool = known(new ConnectionPool('a-client'));
  const [there, here] = await Promise.all([arrival(), pool.get(broker)]);
  return { pool, broker, here, there, arrival };
}

const isCut = async (there: Socket): Promise<boolean> => {
  there.resume();
  await once(there, 'end', { signal: AbortSignal.timeout(5_000) });
  return true;
};

for (const [what, close] of [
  ['cannot take its leave', () => Promise.reject(new Error('the coordinator is not there'))],
  ['never says that it is closed', () => new Promise<void>(() => undefined)],
] as const)
  test(`a client that ${what} holds no connection afterwards`, async (t) => {
    const { pool, there } = await connected(t);
    const cut = isCut(there);
    await endClient({ close, connections: pool });
    equal(await cut, true);
    equal(pool.isActive(), false);
  });

test('a pool by itself is closed', async (t) => {
  const { pool, there } = await connected(t);
  const cut = isCut(there);
  await endClient(pool);
  equal(await cut, true);
});

test('a connection that its pool has lost sight of is cut too', async (t) => {
  const { pool, broker, here, there, arrival } = await connected(t);
  const next = arrival();
  const opened = Promise.withResolvers<unknown>();
  // Between the error and the close of the first the next one is opened; the close then takes the next off the list.
  here.once('error', () => opened.resolve(pool.get(broker)));
  there.resetAndDestroy();
  await opened.promise;
  const cut = isCut(await next);
  await endClient(pool);
  equal(await cut, true);
});
