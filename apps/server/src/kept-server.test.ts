import { deepEqual } from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { type Clock, silentLog } from '@ensemble/engine';
import { until } from '../test/until.ts';
import { keepServer } from './kept-server.ts';

/** Time that passes as soon as somebody waits for it, and what was waited for. */
function hurried(): { clock: Clock; waited: number[] } {
  const waited: number[] = [];
  const after = (milliseconds: number, call: () => void): (() => void) => {
    waited.push(milliseconds);
    const soon = setImmediate(call);
    return () => clearImmediate(soon);
  };
  return { waited, clock: { now: () => 0, after } };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Its server is dead, and starts when `start` says so. */
async function keep(t: TestContext, start: (time: number) => void) {
  const { clock, waited } = hurried();
  const lines: string[] = [];
  const log = {
    ...silentLog,
    warn: ({ problem = '' }: Readonly<Record<string, unknown>>, words: string) => void lines.push(`${words} ${String(problem)}`),
  };
  const port = await freePort();
  const back = createServer();
  const server = { stop: async () => undefined };
  let times = 0;
  const again = async (): Promise<typeof server> => {
    start((times += 1));
    back.listen(port, '127.0.0.1');
    await once(back, 'listening');
    return server;
  };
  const kept = keepServer(server, { what: 'PostgreSQL', port, start: again, log, clock });
  t.after(async () => {
    await kept.stop();
    back.close();
  });
  return { lines, waited };
}

test('a server that does not come back is tried ever more rarely, and told of when that is news', async (t) => {
  const { lines, waited } = await keep(t, (time) => {
    if (time < 9) throw new Error(time < 3 ? 'no room' : 'no rights');
  });
  await until(() => lines.length === 4);
  deepEqual(lines, [
    'it has died nobody listens; it is started again',
    'it has died it does not start, and is tried again: no room',
    'it has died it does not start, and is tried again: no rights',
    'it has died: over ',
  ]);
  deepEqual(waited.slice(0, 10), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 1_000]);
});
