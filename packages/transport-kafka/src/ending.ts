/** How a client of the library comes to its end. */
import type { ConnectionPool } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';

/** A client, or a pool of connections by itself. */
type Closable = { close(): Promise<void> } & ({ readonly connections: ConnectionPool } | ConnectionPool);

/** Milliseconds. */
const patience = 1_000;

const tried = (close: Promise<void>): Promise<void> =>
  Promise.race([close.catch(() => undefined), wait(patience, undefined, { ref: false })]);

/**
 * Takes leave, and cuts what is open then. A client whose broker hangs may never say that it is closed; one that cannot leave its group
 * keeps its connections, and they the process.
 */
export const endClient = async (client: Closable): Promise<void> => {
  const pool = 'connections' in client ? client.connections : client;
  const opened = new Set([...pool].map(([, connection]) => connection));
  await tried(client.close());
  for (const [, connection] of pool) opened.add(connection);
  if (pool !== client) await tried(pool.close()); // opens no more from here on
  for (const { socket } of opened) (socket as typeof socket | undefined)?.destroy();
};
