import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to the next COMMIT: it passes; it is lost; its answer is lost; its answer never comes. */
export type Fate = 'pass' | 'lose commit' | 'lose answer' | 'hold answer';

/** Stands between a client and the server, for tests of lost connections. */
export interface CuttingProxy {
  readonly url: string;
  next: Fate;
  close(): Promise<void>;
}

/** What a COMMIT looks like on the wire, and the server's answer to it. */
export interface CommitWords {
  readonly asked: string;
  readonly answered: string;
}

export async function cuttingProxy(url: string, { asked, answered }: CommitWords): Promise<CuttingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let fate: Fate = 'pass';
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => [client, upstream].forEach((each) => each.destroy()));
    }
    client.on('data', (data) => {
      if (proxy.next !== 'pass' && data.includes(asked)) {
        fate = proxy.next;
        proxy.next = 'pass';
      }
      if (fate === 'lose commit') client.destroy();
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (fate === 'pass') client.write(data);
      else if (fate === 'lose answer' && data.includes(answered)) client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const here = new URL(url);
  here.port = String(typeof address === 'object' ? address?.port : '');
  const proxy: CuttingProxy = {
    url: here.href,
    next: 'pass',
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
