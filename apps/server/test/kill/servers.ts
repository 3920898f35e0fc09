/** The servers that a program started in its data directory: they outlive its SIGKILL, and can be killed by themselves. */
import { startKafka } from '@ensemble/local-kafka';
import { startPostgres } from '@ensemble/local-postgres';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer } from '../../src/databases.ts';

export interface OwnServers {
  readonly dataDir: string;
  readonly broker: 'postgres' | 'kafka';
  /** Where Kafka's jars are; unused with the PostgreSQL log. */
  readonly kafkaCache: string;
}

export function ownServers(broker: OwnServers['broker'], kafkaCache: string): OwnServers {
  const dataDir = mkdtempSync(join(tmpdir(), 'ensemble-kill-'));
  chmodSync(dataDir, 0o711); // as root PostgreSQL runs as another user, who has to get in
  return { dataDir, broker, kafkaCache };
}

const postgresDir = ({ dataDir }: OwnServers): string => join(dataDir, 'postgres');
const kafkaOf = ({ dataDir, kafkaCache }: OwnServers) => startKafka({ dir: join(dataDir, 'kafka-data'), cache: kafkaCache });

/** The database server as the program's own processes see it, whether it runs or not: it has the same port and password all its lives. */
export function databaseOf(servers: OwnServers): DatabaseServer {
  const [password, port] = ['password', 'port'].map((name) => readFileSync(join(postgresDir(servers), name), 'utf8'));
  const secret = readFileSync(join(servers.dataDir, 'secret'), 'utf8');
  return { adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, secret, embedded: true };
}

/**
 * Takes aim at what moves the messages, PostgreSQL or Kafka, so that the shot falls in the very moment: SIGKILL, which a server must
 * survive as it must survive a power cut.
 */
export async function aimAtServer(servers: OwnServers): Promise<() => void> {
  if (servers.broker === 'kafka') {
    const broker = await kafkaOf(servers);
    return () => broker.kill();
  }
  const pid = Number(readFileSync(join(postgresDir(servers), 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return () => void process.kill(pid, 'SIGKILL');
}

/** Removes their data, and ends what is left of them, where the program has not `stopped` them itself. To find them is to start them. */
export async function removeServers(servers: OwnServers, stopped: boolean): Promise<void> {
  if (!stopped && existsSync(postgresDir(servers))) await (await startPostgres({ dir: servers.dataDir })).stop();
  if (!stopped && servers.broker === 'kafka') await (await kafkaOf(servers)).stop();
  rmSync(servers.dataDir, { recursive: true, force: true, maxRetries: 5 });
}
