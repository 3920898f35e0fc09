/** From a configuration to a system at work, and back: everything that is opened is closed in the opposite order. */
import { systemClock, type Log, type Participant, type Transport } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { brokerTransport, logTransport } from './broker.ts';
import { flows, participants } from './catalogue.ts';
import { type Closing, closings } from './closing.ts';
import { complete, type Config, type Env } from './config.ts';
import { type DatabaseServer, openStores } from './databases.ts';
import { listen } from './http/listen.ts';
import { neighbours } from './http/neighbours.ts';
import { openLog } from './logging.ts';
import { openOutside } from './open-outside.ts';
import { formerBroker } from './kept-broker.ts';
import { isMysql } from './mysql.ts';
import { outages } from './outages.ts';
import { watchOverdue } from './overdue.ts';
import { firstScreen } from './first-screen.ts';
import { type Ground, openDatabaseServer, openKafka, type Progress } from './servers.ts';
import { startSystem, type System } from './system.ts';

export interface Io {
  /** One line for a person. */
  out(line: string): void;
  readonly env: Env;
  /** Where log lines go; default: `out`. */
  log?(line: string): void;
  /** Whether a person reads the log as it comes. Default: no. */
  readonly terminal?: boolean;
}

export interface Running {
  readonly url: string;
  readonly system: System;
  readonly config: Config;
  /** Stops the services, then everything below them. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts what the configuration names and resolves when it takes orders. What was opened is closed again where it fails, or where the
 * signal is aborted: then its reason is thrown.
 * Errors: CONFIG_INVALID, PORT_IN_USE, DATA_IN_USE, and those of the database server, the broker, the migrations and the flows.
 */
export async function startEnsemble(given: Partial<Config>, io: Io, signal = new AbortController().signal): Promise<Running> {
  const config = complete(given);
  const log = openLog(config.logLevel, io.terminal ?? false, io.log ?? io.out);
  const { closing, closeAll } = closings(log);
  try {
    return await open({ config, io, log, closing, signal, stop: closeAll });
  } catch (error) {
    await closeAll();
    signal.throwIfAborted(); // what a Ctrl-C ended may have failed of it
    throw error;
  }
}

interface Opening {
  readonly config: Config;
  readonly io: Io;
  readonly log: Log;
  readonly closing: Closing;
  readonly signal: AbortSignal;
  readonly stop: () => Promise<void>;
}

async function open({ config, io, log, closing, signal, stop }: Opening): Promise<Running> {
  const chosen = participants.filter(({ name }) => config.services.includes(name));
  const told = outages(log);
  closing('the watch for outages', () => told.close());
  const http = await listen(config, log);
  closing('HTTP', () => http.close());
  const progress: Progress = (line) => io.out(line);
  const ground: Ground = { config, env: io.env, log: told.log, progress, closing, signal };
  const { server, transport, stores, where } = await openBelow(chosen, ground);
  signal.throwIfAborted();
  closing('the HTTP requests', () => http.close());
  const outside = await openOutside(chosen, http.url, ground);
  const system = await startSystem({
    participants: chosen,
    flows,
    transport,
    stores,
    partitions: config.partitions,
    clock: systemClock,
    log: told.log,
    ports: outside.ports,
    slot: config.slot,
  });
  closing('the services', () => system.stop());
  closing('the watch for outages', () => told.close()); // what is closed on purpose is no outage
  closing('the door', async () => http.leave()); // first of all
  signal.throwIfAborted();
  told.watch(system);
  const endOverdue = watchOverdue(system, log);
  closing('the watch for what is overdue', async () => endOverdue());
  const near = neighbours(server?.secret ?? (io.env['ENSEMBLE_SECRET'] || null), log);
  http.ready({ system, config, log, neighbours: near, outsideSecrets: outside.secrets });
  const former = server?.embedded && !config.ephemeral ? formerBroker(config.dataDir, config) : null;
  const words = { database: databaseWords(config, server), broker: where, formerBroker: former, outside: outside.where };
  for (const line of firstScreen({ url: http.url, config, ...words })) io.out(line);
  return { url: http.url, system, config, stop };
}

function databaseWords({ databaseUrl, databaseUrls }: Config, server: DatabaseServer | null): string {
  const urls = [databaseUrl, ...Object.values(databaseUrls)].filter((url) => url !== '');
  const hosts = (wanted: (url: string) => boolean): string => [...new Set(urls.filter(wanted).map((url) => new URL(url).host))].join(', ');
  const [postgres, mysql] = [hosts((url) => !isMysql(url)), hosts(isMysql)];
  const words = server?.embedded
    ? `PostgreSQL, embedded, on port ${new URL(server.adminUrl).port}`
    : postgres && `PostgreSQL at ${postgres}`;
  return [words, mysql && `MySQL at ${mysql}`].filter((each) => each !== '').join('; ');
}

interface Below {
  readonly server: DatabaseServer | null;
  readonly transport: Transport;
  readonly stores: Awaited<ReturnType<typeof openStores>>;
  /** The broker in words. */
  readonly where: string;
}

async function openBelow(chosen: readonly Participant[], ground: Ground): Promise<Below> {
  const { config, log, closing, progress, signal } = ground;
  signal.throwIfAborted();
  const server = await openDatabaseServer(ground);
  signal.throwIfAborted();
  const closed = (transport: Transport): Transport => {
    closing('the transport', () => transport.close());
    return transport;
  };
  const transportOf = async (): Promise<readonly [Transport, string]> => {
    if (config.broker === 'kafka') {
      const brokers = await openKafka(ground);
      return [closed(await brokerTransport(brokers, config, log)), `Apache Kafka at ${brokers.join(', ')}`];
    }
    if (!server) throw new EnsembleError('CONFIG_INVALID', 'The log of broker postgres needs a DATABASE_URL, or the embedded server.');
    return [closed(await logTransport(server, config, log)), 'a log in PostgreSQL'];
  };
  const broker = transportOf();
  const databases = toldWhenSlow(
    openStores(chosen, server, { config, env: ground.env, log, closing }),
    progress,
    'Preparing the databases …',
  );
  await Promise.allSettled([broker, databases]); // both have ended before what they opened is closed again
  const [[transport, where], stores] = await Promise.all([broker, databases]);
  return { server, transport, stores, where };
}

/** A person who waits for more than two seconds is told what for. */
async function toldWhenSlow<T>(work: Promise<T>, progress: Progress, line: string): Promise<T> {
  const timer = setTimeout(() => progress(line), 2_000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
