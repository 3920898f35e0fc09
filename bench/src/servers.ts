/** The servers below the services, with what a figure needs to know of them: started here, or those of the environment. */
import type { Log, Transport } from '@ensemble/engine';
import { kafkaCache, kafkaVersion, startKafka } from '@ensemble/local-kafka';
import { startPostgres } from '@ensemble/local-postgres';
import { brokerTransport, type Closing, complete, type Config, type DatabaseServer, type Env, logTransport } from '@ensemble/server';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { clearDatabases, clearTopics } from './clearing.ts';
import { isInMemory } from './machine.ts';
import type { Pids } from './processes.ts';
import type { Setting } from './setting.ts';
import { makeWalFiles } from './wal.ts';

/** A production server's, beyond the embedded one's own: the same for every bench. synchronous_commit and fsync stay on. */
const settings = { shared_buffers: '1GB', max_wal_size: '8GB', min_wal_size: '2GB' };

export interface Below {
  readonly config: Config;
  readonly server: DatabaseServer;
  readonly transport: Transport;
  readonly pids: Pids;
  readonly about: AboutServers;
}

export interface AboutServers {
  readonly postgres: string;
  /** As the server has them. */
  readonly postgresSettings: Readonly<Record<string, string>>;
  /** null: there is none. */
  readonly kafka: string | null;
  /** null: nothing was started here. */
  readonly data: string | null;
}

export interface Opening {
  readonly env: Env;
  readonly log: Log;
  readonly closing: Closing;
  /** A line about what it is doing. */
  readonly say: (line: string) => void;
}

/** Errors: POSTGRES_DID_NOT_START, STORE_UNAVAILABLE, CONFIG_INVALID, and those of Kafka's start. */
export async function openServers(setting: Setting, opening: Opening): Promise<Below> {
  const { env, log, closing } = opening;
  const databaseUrl = env['DATABASE_URL'] ?? '';
  const kafkaBrokers = setting.transport === 'kafka' ? (env['KAFKA_BROKERS'] ?? '') : '';
  const startsNone = databaseUrl !== '' && (setting.transport === 'postgres' || kafkaBrokers !== '');
  const data = startsNone ? null : dataFolder(setting, opening);
  // On servers that others use, names of our own.
  const installation = databaseUrl === '' && kafkaBrokers === '' ? 'ensemble' : `bench_${randomBytes(4).toString('hex')}`;
  const { transport: broker, partitions } = setting;
  const config = complete({ installation, broker, kafkaBrokers, databaseUrl, partitions, demo: false });

  const postgres = databaseUrl === '' ? await ownPostgres(data ?? '', setting, opening) : { url: databaseUrl, pid: null };
  const server = { adminUrl: postgres.url, secret: randomBytes(32).toString('base64url'), embedded: databaseUrl === '' };
  if (!server.embedded && !setting.keep) closing('its databases', () => clearDatabases(server, config));
  const about = { ...(await aboutPostgres(server)), data };
  if (broker === 'postgres') {
    const transport = await logTransport(server, config, log);
    closing('the transport', () => transport.close());
    return { config, server, transport, pids: { postgres: postgres.pid, java: null }, about: { ...about, kafka: null } };
  }
  const kafka =
    kafkaBrokers === '' ? await ownKafka(data ?? '', kafkaCache(config.dataDir, env), opening) : { brokers: kafkaBrokers, pid: null };
  const brokers = kafka.brokers.split(',').map((each) => each.trim());
  if (kafka.pid === null && !setting.keep) closing('its topics', () => clearTopics(brokers, config));
  const transport = await brokerTransport(brokers, config, log);
  closing('the transport', () => transport.close());
  const version = kafka.pid === null ? `at ${kafkaBrokers}` : kafkaVersion;
  return { config, server, transport, pids: { postgres: postgres.pid, java: kafka.pid }, about: { ...about, kafka: version } };
}

function dataFolder({ data, keep }: Setting, { closing, say }: Opening): string {
  const parent = resolve(data ?? tmpdir());
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'ensemble-bench-'));
  chmodSync(folder, 0o711); // the servers may be other users
  if (isInMemory(folder)) say(`${parent} is in memory: commits cost no disk there, and the figures flatter; --data names another place`);
  closing('the data', async () => {
    if (keep) say(`the data stays in ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

async function ownPostgres(dir: string, setting: Setting, { closing, say }: Opening): Promise<{ url: string; pid: number }> {
  say('starting PostgreSQL');
  const server = await startPostgres({ dir, ephemeral: !setting.keep, settings });
  closing('PostgreSQL', () => server.stop());
  say('making its WAL files');
  await makeWalFiles(server.url, setting.warmUp + setting.seconds);
  return server;
}

async function ownKafka(dir: string, cache: string, { env, closing, say }: Opening): Promise<{ brokers: string; pid: number }> {
  say('starting Kafka');
  const broker = await startKafka({ dir: join(dir, 'kafka'), cache, progress: say, env: { ...env } });
  closing('Kafka', () => broker.stop());
  return broker;
}

const told = ['shared_buffers', 'max_wal_size', 'synchronous_commit', 'fsync'];

async function aboutPostgres({
  adminUrl,
}: DatabaseServer): Promise<{ postgres: string; postgresSettings: Readonly<Record<string, string>> }> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const text = `select current_setting('server_version') as version, name, current_setting(name) as value from unnest($1::text[]) as name`;
    const { rows } = await client.query<{ version: string; name: string; value: string }>(text, [told]);
    return { postgres: rows[0]?.version ?? '', postgresSettings: Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
  } finally {
    await client.end();
  }
}
