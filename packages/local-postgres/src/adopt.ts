import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Cluster, urlOf } from './cluster.ts';
import { isServerOf, type Postmaster, pidFile, type Running, readPostmaster, stopServer } from './postmaster.ts';

/** The server that still runs in this directory; undefined, and room made, where there is none that can be used. */
export async function adopt(cluster: Cluster, port: number | undefined, log: (line: string) => void): Promise<Running | undefined> {
  const found = await settled(cluster.data);
  if (found === undefined) return undefined;
  if (isServerOf(found.pid, cluster.data)) {
    const well = found.status === 'ready' && (await answers(urlOf(cluster, found.port)));
    if (well && (port === undefined || port === found.port)) {
      log(`PostgreSQL was still running on port ${found.port}: it is used again`);
      return found;
    }
    log(`a PostgreSQL left running (pid ${found.pid}) is stopped`);
    await stopServer(found.pid, cluster.data, well ? {} : { patience: 500 });
  }
  // Left behind by one that was killed. Its number may belong to a stranger by now, and then PostgreSQL would refuse to start.
  rmSync(pidFile(cluster.data), { force: true });
  return undefined;
}

/** What runs there, once it is neither starting (perhaps for another process) nor stopping any more. */
async function settled(data: string): Promise<Postmaster | undefined> {
  for (const deadline = performance.now() + 60_000; ; await sleep(5)) {
    const found = readPostmaster(data);
    if (found === undefined || found.status === 'ready' || !isServerOf(found.pid, data) || performance.now() > deadline) return found;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // its connect or query says the same
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // why not does not matter: it is stopped
  } finally {
    await client.end();
  }
}
