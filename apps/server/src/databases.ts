/**
 * A database and a role for each service, brought up to date: embedded in the data directory, on the server of DATABASE_URL, or where
 * DATABASE_URL_<SERVICE> says, in PostgreSQL or MySQL.
 */
import { asksOutside, type Log, type Participant, type Store } from '@ensemble/engine';
import { engineMigrations } from '@ensemble/engine/migrations';
import { isError } from '@ensemble/errors';
import { type MigrationSource, migrate, type Place, postgresStore, prepare, workUrl } from '@ensemble/store-postgres';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Closing } from './closing.ts';
import { type Config, type Env, envName } from './config.ts';
import { seedDemo } from './demo.ts';
import { isMysql, prepareMysql } from './mysql.ts';
import { secretOf } from './secret.ts';

export interface DatabaseServer {
  /** As one who may create databases and roles. */
  readonly adminUrl: string;
  /** What the passwords of the services' roles are derived from: whoever may start a process here can work them out again. */
  readonly secret: string;
  /** Started by this process, in its data directory. */
  readonly embedded: boolean;
}

/** A role has the name of its database. */
export const databaseName = (installation: string, service: string): string => `${installation}_${service.replaceAll('-', '_')}`;

export const passwordOf = ({ secret }: Pick<DatabaseServer, 'secret'>, role: string): string =>
  createHmac('sha256', secret).update(role).digest('base64url');

interface Setting {
  readonly config: Config;
  /** For ENSEMBLE_SECRET. */
  readonly env?: Env;
  readonly log: Log;
  readonly closing: Closing;
}

/** Errors: STORE_UNAVAILABLE, MIGRATION_CHANGED, MIGRATION_INVALID, CONFIG_INVALID; ROLE_FORBIDDEN of the server for all. */
export async function openStores(
  participants: readonly Participant[],
  server: DatabaseServer | null,
  setting: Setting,
): Promise<ReadonlyMap<string, Store>> {
  const { config, log, closing } = setting;
  const opened: Store[] = [];
  closing('the stores', async () => void (await Promise.all(opened.map((store) => store.close()))));
  const here = databasesHere(participants, server, setting);
  const opening = participants.map(async (participant) => {
    const elsewhere = config.databaseUrls[participant.name];
    const url = elsewhere === undefined ? urlOf(participant, await here) : await databaseElsewhere(elsewhere, participant, setting);
    const applicationName = `ensemble ${participant.name} ${config.slot}`;
    const options = {
      url,
      applicationName,
      log: (line: string) => log.warn({ service: participant.name, problem: line }, 'its database'),
    };
    const store = isMysql(url) ? (await import('@ensemble/store-mysql')).mysqlStore(options) : postgresStore(options);
    opened.push(store);
    if (config.demo) await seedDemo(participant, store);
    return [participant.name, store] as const;
  });
  await Promise.allSettled(opening); // where one fails the others are open before all are closed
  return new Map(await Promise.all(opening));
}

type Urls = ReadonlyMap<string, string>;

function urlOf({ name }: Participant, urls: Urls): string {
  const url = urls.get(name);
  if (url === undefined) throw new Error(`there is no database server for ${name}`);
  return url;
}

/** By service, the URLs that they work with: all that have no database elsewhere, made together. */
async function databasesHere(participants: readonly Participant[], server: DatabaseServer | null, { config }: Setting): Promise<Urls> {
  const here = participants.filter(({ name }) => config.databaseUrls[name] === undefined);
  if (!server || here.length === 0) return new Map();
  const places = here.map((participant): readonly [string, Place] => {
    const role = databaseName(config.installation, participant.name);
    return [participant.name, { database: role, role, password: passwordOf(server, role), sources: sourcesOf(participant) }];
  });
  await prepare(
    server.adminUrl,
    places.map(([, place]) => place),
  );
  return new Map(places.map(([name, place]) => [name, workUrl(server.adminUrl, place)]));
}

/** A role of its own there too; where the URL's user may make none, the service works as that user, with whatever rights it has. */
async function databaseElsewhere(url: string, participant: Participant, setting: Setting): Promise<string> {
  const { config, log } = setting;
  const { name } = participant;
  const role = databaseName(config.installation, name);
  const password = passwordElsewhere(url, name, role, setting);
  const sources = sourcesOf(participant);
  if (isMysql(url)) return prepareMysql({ service: name, url, role, password, sources, log });
  const place = { database: decodeURIComponent(new URL(url).pathname.slice(1)), role, password, sources };
  try {
    await prepare(url, [place]);
    return workUrl(url, place);
  } catch (error) {
    if (!isError(error, 'ROLE_FORBIDDEN')) throw error;
    log.warn({ service: name }, "its database's user may not make a role for it, and is what it works as");
    await migrate({ url, sources, role: decodeURIComponent(new URL(url).username) });
    return url;
  }
}

const passwordElsewhere = (url: string, name: string, role: string, { env = {} }: Setting): string =>
  passwordOf({ secret: secretOf(envName('DATABASE_URL', name), url, env) }, role);

function sourcesOf(participant: Participant): readonly MigrationSource[] {
  const { name, migrations, coordinates } = participant;
  return [
    source('engine', engineMigrations.every),
    ...(coordinates ? [source('coordinator', engineMigrations.coordinator)] : []),
    ...(asksOutside(participant) ? [source('outside', engineMigrations.outside)] : []),
    ...(migrations ? [source(name, migrations)] : []),
  ];
}

const source = (name: string, folder: URL): MigrationSource => ({ name, directory: fileURLToPath(folder) });
