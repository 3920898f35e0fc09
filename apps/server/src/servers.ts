/** The servers below the services: those of the configuration, or embedded ones in the data directory. */
import type { Log } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { LocalKafka } from '@ensemble/local-kafka';
import { type LocalPostgres, startPostgres } from '@ensemble/local-postgres';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Closing } from './closing.ts';
import type { Config, Env } from './config.ts';
import { type DataLock, lockData } from './data-lock.ts';
import type { DatabaseServer } from './databases.ts';
import { keepServer } from './kept-server.ts';
import { keptSecret, newSecret, secretOf } from './secret.ts';

/** Told what takes more than two seconds, and what is done for the first time. */
export type Progress = (line: string) => void;

/** What a server is opened with. */
export interface Ground {
  readonly config: Config;
  readonly env: Env;
  readonly log: Log;
  readonly progress: Progress;
  readonly closing: Closing;
  /** Aborted: the start is given up. */
  readonly signal: AbortSignal;
}

/** null where every service has a database of its own elsewhere, and nothing else needs one. Errors: POSTGRES_DID_NOT_START, DATA_IN_USE. */
export async function openDatabaseServer(ground: Ground): Promise<DatabaseServer | null> {
  const { config, env, closing } = ground;
  if (config.databaseUrl !== '') {
    if (config.broker === 'kafka' && config.kafkaBrokers === '' && !config.ephemeral) {
      const lock = await lockData(config.databaseUrl, config.dataDir);
      closing('the lock of the data directory', () => lock.release());
    }
    return { adminUrl: config.databaseUrl, secret: secretOf('DATABASE_URL', config.databaseUrl, env), embedded: false };
  }
  if (config.broker === 'kafka' && config.services.every((name) => config.databaseUrls[name])) return null;
  return config.ephemeral ? ephemeralPostgres(ground) : embeddedPostgres(ground);
}

async function ephemeralPostgres({ config, progress, closing }: Ground): Promise<DatabaseServer> {
  const server = await startPostgres({ dir: config.dataDir, ephemeral: true, log: progress });
  closing('PostgreSQL', () => server.stop());
  return { adminUrl: server.url, secret: newSecret(), embedded: true };
}

async function embeddedPostgres({ config: { dataDir }, progress, closing, log }: Ground): Promise<DatabaseServer> {
  if (!existsSync(join(dataDir, 'postgres'))) progress(`Making a PostgreSQL in ${dataDir} …`);
  let lock: DataLock | undefined;
  const start = async (): Promise<LocalPostgres> => {
    const server = await startPostgres({ dir: dataDir, log: progress });
    // Another process may be at work with it: only behind the lock is the server ours to stop.
    lock = await lockData(server.url, dataDir);
    return server;
  };
  const first = await start();
  const kept = keepServer(first, { what: 'PostgreSQL', port: first.port, start, log });
  closing('PostgreSQL', async () => {
    await lock?.release();
    await kept.stop();
  });
  return { adminUrl: first.url, secret: keptSecret(join(dataDir, 'secret')), embedded: true };
}

/** host:port of the brokers. Errors: KAFKA_NEEDS_JAVA, KAFKA_NEEDS_MAVEN, KAFKA_NOT_INSTALLED, KAFKA_DID_NOT_START. */
export async function openKafka({ config, env, log, progress, closing, signal }: Ground): Promise<readonly string[]> {
  const { dataDir, ephemeral, kafkaBrokers } = config;
  if (kafkaBrokers !== '') return kafkaBrokers.split(',').map((broker) => broker.trim());
  const { kafkaCache, startKafka } = await import('@ensemble/local-kafka'); // with the client: only where it is wanted
  mkdirSync(dataDir, { recursive: true });
  const dir = ephemeral ? mkdtempSync(join(dataDir, 'kafka-data-')) : join(dataDir, 'kafka-data');
  if (ephemeral) closing('the data of Kafka', async () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const cache = kafkaCache(dataDir, env);
  const options = { dir, cache, ephemeral, progress, env: { ...env } };
  const first = await startKafka({ ...options, moves: true, signal });
  const again = (until: AbortSignal): Promise<LocalKafka> => startKafka({ ...options, signal: until });
  const kept = keepServer(first, { what: 'Kafka', port: Number(first.brokers.split(':')[1]), start: again, log });
  closing('Kafka', () => kept.stop());
  return [first.brokers];
}

/** Errors: PORT_IN_USE where somebody else listens; CONFIG_INVALID where nobody can. */
export function listenError(error: unknown, { host, port }: Config): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new EnsembleError('PORT_IN_USE', `Something listens on ${host}:${port} already; it may be another Ensemble.`, { port });
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return error;
  const why: Readonly<Record<string, string>> = {
    EACCES: `port ${port} needs rights that this process does not have: choose one above 1023`,
    EADDRNOTAVAIL: `no network interface here has the address ${host}`,
    ENOTFOUND: `there is no host ${host}`,
  };
  return new EnsembleError(
    'CONFIG_INVALID',
    `HTTP cannot listen on ${host}:${port}: ${why[code ?? ''] ?? message}.`,
    { host, port },
    error,
  );
}
