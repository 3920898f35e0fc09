/** How a client of the library comes to its end. */
import type { Connection, ConnectionPool } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';

/** A client, or a pool of connections by itself. */
type Closable = { close(): Promise<void> } & ({ readonly connections: ConnectionPool } | ConnectionPool);

/** Milliseconds. */
const patience = 1_000;

/** Waits for a leave-taking, but not for long, and whether it succeeds or not: the broker may be gone. */
export const tried = (leave: Promise<void>): Promise<void> =>
  Promise.race([leave.catch(() => undefined), wait(patience, undefined, { ref: false })]);

const poolOf = (client: Closable): ConnectionPool => ('connections' in client ? client.connections : client);

const opened = new WeakMap<ConnectionPool, Set<Connection>>();

/**
 * The client itself, of which every open connection is known from here on. Its pool's own list loses some: a connection that ends takes
 * off whichever has its address by then, and after an outage that may be the next one.
 */
export function known<C extends Closable>(client: C): C {
  const pool = poolOf(client);
  const open = new Set<Connection>();
  opened.set(pool, open);
  pool.on('connecting', ({ connection }) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  pool.on('failed', ({ connection }) => open.delete(connection));
  return client;
}

/**
 * Takes leave, and cuts what is open then. A client whose broker hangs may never say that it is closed; one that cannot leave its group
 * keeps its connections, and they the process.
 */
export const endClient = async (client: Closable): Promise<void> => {
  const pool = poolOf(client);
  await tried(client.close());
  if (pool !== client) await tried(pool.close()); // opens no more from here on
  for (const { socket } of opened.get(pool) ?? []) socket.destroy();
};
