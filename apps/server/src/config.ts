/** What a process is told when it starts: by flags first, then by the environment, else by what suits a first look. */
import { EnsembleError } from '@ensemble/errors';
import { resolve } from 'node:path';
import { flows, participants } from './catalogue.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Config {
  /** Goes before the names of databases (and of topics, unless it is 'ensemble'): several installations on the same servers. */
  readonly installation: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Where the embedded servers keep their data. */
  readonly dataDir: string;
  /** The embedded servers' data goes when the process ends. */
  readonly ephemeral: boolean;
  readonly broker: 'postgres' | 'kafka';
  /** host:port, separated by commas; empty with broker 'kafka': one is started here. */
  readonly kafkaBrokers: string;
  /** A role's that may create databases and roles; empty: an embedded server. */
  readonly databaseUrl: string;
  /** Services whose database is elsewhere: its owner's URL, by service. */
  readonly databaseUrls: Readonly<Record<string, string>>;
  /** The services that run in this process. */
  readonly services: readonly string[];
  /** Where another process answers for a service that does not run here: http://host:port by service. */
  readonly routes: Readonly<Record<string, string>>;
  /** The payment provider and the carrier; empty: simulated ones are started here, for a shop with demo data or where `simulated` is said. */
  readonly outsideUrl: string;
  readonly partitions: number;
  /** This process's name among those that share the work; started again under it, it has its partitions back at once. */
  readonly slot: string;
  /** Puts demo rows into tables that are empty. */
  readonly demo: boolean;
  /** What POST /api/orders runs when it names no flow. */
  readonly flow: string;
  readonly logLevel: LogLevel;
  /** Batches said and not sent at which POST /api/orders takes no more. */
  readonly outboxLimit: number;
  /** Orders that may be watched here at once, as they happen. */
  readonly streamLimit: number;
}

export type Env = Readonly<Record<string, string | undefined>>;
/** As a command line has them: everything is text, but what is a switch. */
export type Flags = { readonly [K in keyof Config]?: string | boolean | undefined };

const serviceNames = participants.map(({ name }) => name);
const flowNames = flows.map(({ name }) => name);
const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** An OUTSIDE_URL that asks for the simulated world. */
export const simulated = 'simulated';

export const defaults: Config = {
  installation: 'ensemble',
  port: 3000,
  host: '127.0.0.1',
  dataDir: '.ensemble',
  ephemeral: false,
  broker: 'postgres',
  kafkaBrokers: '',
  databaseUrl: '',
  databaseUrls: {},
  services: serviceNames,
  routes: {},
  outsideUrl: '',
  partitions: 6,
  slot: '1',
  demo: true,
  flow: flowNames[0] ?? '',
  logLevel: 'warn',
  outboxLimit: 10_000,
  streamLimit: 1_000,
};

/** DATABASE_URL_ORDER_HISTORY is order-history's. */
export const envName = (prefix: string, service: string): string => `${prefix}_${service.toUpperCase().replaceAll('-', '_')}`;

const perService = (env: Env, prefix: string): Record<string, string> =>
  Object.fromEntries(
    serviceNames.flatMap((name) => [[name, env[envName(prefix, name)] ?? '']] as const).filter(([, value]) => value !== ''),
  );

/** Errors: CONFIG_INVALID. */
export function configOf(flags: Flags, env: Env): Config {
  const text = (name: keyof Config, from?: string): string | undefined => {
    const flag = flags[name];
    return typeof flag === 'string' ? flag : from === undefined ? undefined : env[from];
  };
  const whole = (name: keyof Config, from?: string): number | undefined => {
    const given = text(name, from);
    if (given === undefined || given === '') return undefined;
    return /^\d{1,9}$/.test(given) ? Number(given) : refuse(`${name} is a whole number, not ${JSON.stringify(given)}`);
  };
  const services = text('services', 'ENSEMBLE_SERVICES');
  const given: { readonly [K in keyof Config]?: Config[K] | undefined } = {
    installation: text('installation', 'ENSEMBLE_INSTALLATION'),
    port: whole('port', 'PORT'),
    host: text('host', 'ENSEMBLE_HOST'),
    dataDir: text('dataDir', 'ENSEMBLE_DATA'),
    ephemeral: flags.ephemeral === true,
    broker: (text('broker', 'ENSEMBLE_BROKER') ?? (env['KAFKA_BROKERS'] ? 'kafka' : undefined)) as Config['broker'] | undefined,
    kafkaBrokers: text('kafkaBrokers', 'KAFKA_BROKERS'),
    databaseUrl: text('databaseUrl', 'DATABASE_URL'),
    databaseUrls: perService(env, 'DATABASE_URL'),
    services: services ? words(services) : undefined,
    routes: perService(env, 'ROUTE'),
    outsideUrl: text('outsideUrl', 'OUTSIDE_URL'),
    partitions: whole('partitions', 'ENSEMBLE_PARTITIONS'),
    slot: text('slot', 'ENSEMBLE_SLOT'),
    demo: flags.demo !== false,
    flow: text('flow', 'ENSEMBLE_FLOW'),
    logLevel: text('logLevel', 'LOG_LEVEL') as LogLevel | undefined,
    outboxLimit: whole('outboxLimit', 'ENSEMBLE_OUTBOX_LIMIT'),
    streamLimit: whole('streamLimit', 'ENSEMBLE_STREAM_LIMIT'),
  };
  return complete(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Config>);
}

const words = (list: string): string[] => [...new Set(list.split(',').map((word) => word.trim()))].filter((word) => word !== '');

/** Fills in the defaults and checks the whole. Errors: CONFIG_INVALID, naming the setting and what it may be. */
export function complete(partial: Partial<Config>): Config {
  const config: Config = { ...defaults, ...partial };
  const oneOf = (name: keyof Config, value: string, all: readonly string[]): void => {
    if (!all.includes(value)) refuse(`${name} is one of ${all.join(', ')}, not ${JSON.stringify(value)}`);
  };
  oneOf('broker', config.broker, ['postgres', 'kafka']);
  oneOf('logLevel', config.logLevel, levels);
  oneOf('flow', config.flow, flowNames);
  for (const service of config.services) oneOf('services', service, serviceNames);
  if (config.services.length === 0) refuse(`services names at least one of ${serviceNames.join(', ')}`);
  if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535) refuse(`port is 0 to 65535, not ${config.port}`);
  if (!Number.isInteger(config.partitions) || config.partitions < 1 || config.partitions > 1_000)
    refuse(`partitions is 1 to 1000, not ${config.partitions}`);
  for (const name of ['outboxLimit', 'streamLimit'] as const)
    if (!Number.isInteger(config[name]) || config[name] < 1) refuse(`${name} is at least 1, not ${config[name]}`);
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(config.installation)) {
    refuse(`installation is up to 31 lower-case letters, digits and _, not ${JSON.stringify(config.installation)}`);
  }
  if (!/^[\w.-]{1,32}$/.test(config.slot)) refuse(`slot is up to 32 letters, digits, dots and dashes, not ${JSON.stringify(config.slot)}`);
  if (config.broker === 'postgres' && config.kafkaBrokers !== '')
    refuse('KAFKA_BROKERS is set, and broker says postgres: take one of them back');
  if (config.databaseUrl !== '') checkUrl('DATABASE_URL', config.databaseUrl, ['postgres:', 'postgresql:']);
  for (const [service, url] of Object.entries(config.databaseUrls))
    checkUrl(envName('DATABASE_URL', service), url, ['postgres:', 'postgresql:', 'mysql:']);
  if (config.outsideUrl !== '' && config.outsideUrl !== simulated) checkUrl('OUTSIDE_URL', config.outsideUrl, ['http:', 'https:']);
  for (const [service, url] of Object.entries(config.routes)) checkUrl(envName('ROUTE', service), url, ['http:', 'https:']);
  return { ...config, dataDir: resolve(config.dataDir) };
}

/** The value is not repeated: it may hold a password. */
function checkUrl(name: string, value: string, protocols: readonly string[]): void {
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) refuse(`${name} is no ${protocols[0]}//… address`);
}

function refuse(why: string): never {
  throw new EnsembleError('CONFIG_INVALID', why);
}
