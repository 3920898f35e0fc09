import { createServer, type Server } from 'node:net';

/** Different ports of 127.0.0.1 that are free: all are held until all are known. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0; // not null: it listens
  });
  await Promise.all(servers.map((server) => new Promise((resolved) => server.close(resolved))));
  return ports;
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolved, rejected) => server.once('error', rejected).listen(0, '127.0.0.1', resolved));
  return server;
}
