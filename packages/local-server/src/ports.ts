import { createServer, type Server } from 'node:net';

/** Different ports of 127.0.0.1 that are free, one for each name: all are held until all are known. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Readonly<Record<Name, number>>> {
  const servers = await Promise.all(names.map(listening));
  const ports = names.map((name, at) => [name, portOf(servers[at])] as const);
  await Promise.all(servers.map((server) => new Promise((resolved) => server.close(resolved))));
  return Object.fromEntries(ports) as Record<Name, number>;
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolved, rejected) => server.once('error', rejected).listen(0, '127.0.0.1', resolved));
  return server;
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  if (typeof address !== 'object' || address === null) throw new Error('no free port was found on 127.0.0.1');
  return address.port;
}
