import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ConnectionPool } from '@platformatic/kafka';
import { endClient } from './ending.ts';

/** A pool with one connection to a server, which never says anything, and the server's end of it. */
async function connected(t: TestContext): Promise<{ readonly pool: ConnectionPool; readonly there: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  const pool = new ConnectionPool('a-client');
  await pool.get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [there] = await arrived;
  t.after(() => {
    there.destroy();
    server.close();
  });
  return { pool, there };
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
