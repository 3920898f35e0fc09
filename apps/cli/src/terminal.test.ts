import { equal, match } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { created, order, orderId, paid } from '../fixtures/orders.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The program watching an order, once it has said so, and a way to go on with the order. */
async function watching(t: TestContext) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [main, 'order', 'watch', orderId, '--url', `http://127.0.0.1:${port}`], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, err }));
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const tell = (event: string, data: object): void => void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  tell('status', order('RUNNING'));
  await once(child.stdout, 'data');
  return { child, ended, tell };
}

test('Ctrl-C ends a watch, and says that the order goes on', async (t) => {
  const { child, ended } = await watching(t);
  child.kill('SIGINT');
  const { code, err } = await ended;
  equal(code, 130);
  match(err, /^\nNobody watches now; the order goes on\. To watch it again: npx ensemble --url \S+ order watch [\da-f-]{36}\n$/);
});

test('a watch ends when nobody reads what it says', async (t) => {
  const { child, ended, tell } = await watching(t);
  for (const ours of [child.stderr, child.stdout]) ours.destroy();
  tell('entry', created);
  tell('entry', paid);
  equal((await ended).code, 130);
});
