import { createServer } from 'node:net';

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolved, rejected) => server.once('error', rejected).listen(0, '127.0.0.1', resolved));
  const address = server.address();
  await new Promise((resolved) => server.close(resolved));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
