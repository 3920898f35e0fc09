/** The servers below the services: those of the configuration, or embedded ones in the data directory. */
import { EnsembleError } from '@ensemble/errors';
import { startKafka } from '@ensemble/local-kafka';
import { startPostgres } from '@ensemble/local-postgres';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Closing } from './closing.ts';
import type { Config, Env } from './config.ts';
import { lockData } from './data-lock.ts';
import type { DatabaseServer } from './databases.ts';

/** Told what takes more than two seconds, and what is done for the first time. */
export type Progress = (line: string) => void;

/** null where every service has a database of its own elsewhere, and nothing else needs one. Errors: POSTGRES_DID_NOT_START, DATA_IN_USE. */
export async function openDatabaseServer(config: Config, env: Env, progress: Progress, closing: Closing): Promise<DatabaseServer | null> {
  if (config.databaseUrl !== '') {
    if (config.broker === 'kafka' && config.kafkaBrokers === '' && !config.ephemeral) {
      const lock = await lockData(config.databaseUrl, config.dataDir);
      closing('the lock of the data directory', () => lock.release());
    }
    return { adminUrl: config.databaseUrl, secret: secretOf(config.databaseUrl, env), embedded: false };
  }
  if (config.broker === 'kafka' && config.services.every((name) => config.databaseUrls[name])) return null;
  if (!existsSync(join(config.dataDir, 'postgres'))) progress(`Making a PostgreSQL in ${config.dataDir} …`);
  const server = await startPostgres({ dir: config.dataDir, ephemeral: config.ephemeral, log: progress });
  // Another process may be at work with it: only behind the lock is the server ours to stop.
  const lock = config.ephemeral ? undefined : await lockData(server.url, config.dataDir);
  closing('PostgreSQL', () => server.stop());
  if (lock) closing('the lock of the data directory', () => lock.release());
  const secret = config.ephemeral ? randomBytes(32).toString('base64url') : keptSecret(join(config.dataDir, 'secret'));
  return { adminUrl: server.url, secret, embedded: true };
}

/** Every process that is given the same works out the same passwords, and none is written down anywhere. */
function secretOf(databaseUrl: string, env: Env): string {
  const secret = env['ENSEMBLE_SECRET'] || new URL(databaseUrl).password;
  if (secret) return secret;
  const why = "DATABASE_URL holds no password to derive those of the services' roles from: set ENSEMBLE_SECRET";
  throw new EnsembleError('CONFIG_INVALID', why);
}

function keptSecret(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(path, 'utf8');
}

/** host:port of the brokers. Errors: KAFKA_NEEDS_JAVA, KAFKA_NEEDS_MAVEN, KAFKA_NOT_INSTALLED, KAFKA_DID_NOT_START. */
export async function openKafka(config: Config, env: Env, progress: Progress, closing: Closing): Promise<readonly string[]> {
  if (config.kafkaBrokers !== '') return config.kafkaBrokers.split(',').map((broker) => broker.trim());
  mkdirSync(config.dataDir, { recursive: true });
  const dir = config.ephemeral ? mkdtempSync(join(config.dataDir, 'kafka-')) : join(config.dataDir, 'kafka');
  const cache = env['ENSEMBLE_KAFKA_CACHE'] ?? join(config.dataDir, 'kafka-jars');
  if (!config.ephemeral && !existsSync(dir)) progress('Starting an Apache Kafka; the first time it is fetched from Maven Central …');
  const broker = await startKafka({ dir, cache, progress, env: { ...env } });
  closing('Kafka', async () => {
    await broker.stop();
    if (config.ephemeral) rmSync(dir, { recursive: true, force: true });
  });
  return [broker.brokers];
}

/** Errors: PORT_IN_USE for a port that somebody else listens on; others as they are. */
export function portError(error: unknown, { host, port }: Config): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new EnsembleError('PORT_IN_USE', `Something listens on ${host}:${port} already; it may be another Ensemble.`, { port });
}
