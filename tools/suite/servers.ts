import { accessSync, constants, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { kafkaCache, type LocalKafka, type LocalKafkaOptions, startKafka } from '@ensemble/local-kafka';
import { findPrograms, startMysql } from '@ensemble/local-mysql';
import { startPostgres } from '@ensemble/local-postgres';
import { root } from '../tree.ts';
import type { Need } from './files.ts';

const onPath = (command: string, env: NodeJS.ProcessEnv): string | undefined =>
  (env['PATH'] ?? '')
    .split(delimiter)
    .map((dir) => join(dir, command))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch (error) {
        if (error instanceof Error) return false;
        throw error;
      }
    });

/** Debian's chromium, or another that calls itself so. */
const findChromium = (env: NodeJS.ProcessEnv): string | undefined =>
  env['TEST_CHROMIUM'] ??
  ['chromium', 'chromium-browser', 'google-chrome'].map((name) => onPath(name, env)).find((path) => path !== undefined);

/** Why this machine cannot give what a test needs, and what to install; undefined where it can. */
export function missing(need: Need, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (need === 'chromium')
    return findChromium(env) === undefined ? 'chromium is not installed (Debian: apt-get install chromium)' : undefined;
  if (need === 'postgres') return undefined;
  if (need === 'mysql')
    return env['MYSQL_URL'] !== undefined || findPrograms(env) !== undefined
      ? undefined
      : 'no MYSQL_URL, and MariaDB is not installed (Debian: apt-get install mariadb-server)';
  const java = env['JAVA_HOME'] !== undefined || onPath('java', env) !== undefined;
  const absent = [...(java ? [] : ['Java 17 or newer']), ...(onPath('mvn', env) === undefined ? ['Maven (mvn)'] : [])];
  return absent.length === 0 ? undefined : `${absent.join(' and ')} not installed: no Kafka broker can be started`;
}

export interface Servers {
  /** What the tests are told about them: see packages/testkit/src/servers.ts. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Nothing is asked of the shared server that a power cut would show: it is not killed, and its data go with it. What is durable is
 * tested on servers that tests start themselves, with the settings of earnest. Each database that is dropped would wait for the disk.
 */
const settings = { fsync: 'off', full_page_writes: 'off', max_wal_size: '512MB' };

/**
 * A cache's first broker writes the archive of Java's classes when it ends. It does so before any test: each broker that one starts would
 * take twice as long, and write it too.
 */
async function startBroker(options: LocalKafkaOptions): Promise<LocalKafka> {
  const hasArchive = globSync('jars-*/classes-*.jsa', { cwd: options.cache }).length > 0;
  const broker = await startKafka(options);
  if (hasArchive) return broker;
  await broker.stop();
  return startKafka(options);
}

/** One of each that is needed, on free ports, with data that goes with them. Where one does not start, none stays. */
export async function startServers(needs: ReadonlySet<Need>, say: (line: string) => void): Promise<Servers> {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-test-'));
  const cache = process.env['TEST_KAFKA_CACHE'] ?? kafkaCache(join(root, '.ensemble'));
  const mysqlUrl = process.env['MYSQL_URL'];
  // Not inside `dir`: as root these servers run as other users, who may not look into a folder of root's.
  const mysqlDir = mkdtempSync(join(tmpdir(), 'ensemble-mysql-'));
  const starting = {
    postgres: needs.has('postgres') ? startPostgres({ dir: tmpdir(), ephemeral: true, settings }) : undefined,
    kafka: needs.has('kafka') ? startBroker({ dir, cache, progress: say }) : undefined,
    mysql: needs.has('mysql') && mysqlUrl === undefined ? startMysql({ dir: mysqlDir, log: say }) : undefined,
  };
  const started = await Promise.allSettled([starting.postgres, starting.kafka, starting.mysql]);
  const stop = async (): Promise<void> => {
    for (const server of started) if (server.status === 'fulfilled') await server.value?.stop();
    for (const folder of [dir, mysqlDir]) rmSync(folder, { recursive: true, force: true });
  };
  const failed = started.find((server) => server.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [postgres, kafka] = [await starting.postgres, await starting.kafka];
  const mysql = mysqlUrl ?? (await starting.mysql)?.url;
  const chromium = findChromium(process.env);
  return {
    env: {
      ...(postgres === undefined ? {} : { TEST_DATABASE_URL: postgres.url }),
      ...(kafka === undefined ? {} : { TEST_KAFKA_BROKERS: kafka.brokers, TEST_KAFKA_CACHE: cache }),
      ...(mysql === undefined ? {} : { TEST_MYSQL_URL: mysql }),
      ...(chromium === undefined ? {} : { TEST_CHROMIUM: chromium }),
    },
    stop,
  };
}
