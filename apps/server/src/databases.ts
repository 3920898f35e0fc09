/** A database and a role for each service, brought up to date; embedded in the data directory, or on the server of DATABASE_URL. */
import type { Log, Participant, Store } from '@ensemble/engine';
import { engineMigrations } from '@ensemble/engine/migrations';
import { type MigrationSource, migrate, postgresStore, provision } from '@ensemble/store-postgres';
import { createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { seedDemo } from './demo.ts';
import type { Closing } from './closing.ts';

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

export const passwordOf = ({ secret }: DatabaseServer, role: string): string =>
  createHmac('sha256', secret).update(role).digest('base64url');

/** Errors: STORE_UNAVAILABLE, MIGRATION_CHANGED, MIGRATION_INVALID. */
export async function openStores(
  participants: readonly Participant[],
  server: DatabaseServer | null,
  { config, log, closing }: { config: Config; log: Log; closing: Closing },
): Promise<ReadonlyMap<string, Store>> {
  const entries = await Promise.all(
    participants.map(async (participant) => {
      const url = await prepareDatabase(participant, server, config);
      const applicationName = `ensemble ${participant.name} ${config.slot}`;
      const store = postgresStore({
        url,
        applicationName,
        log: (line) => log.warn({ service: participant.name, problem: line }, 'its database'),
      });
      closing('a store', () => store.close());
      if (config.demo) await seedDemo(participant, store);
      return [participant.name, store] as const;
    }),
  );
  return new Map(entries);
}

/** The URL that the service works with. */
async function prepareDatabase(
  { name, migrations, coordinates }: Participant,
  server: DatabaseServer | null,
  config: Config,
): Promise<string> {
  const sources: MigrationSource[] = [source('engine', engineMigrations.every)];
  if (coordinates) sources.push(source('coordinator', engineMigrations.coordinator));
  if (migrations) sources.push(source(name, migrations));
  const own = config.databaseUrls[name];
  if (own !== undefined) {
    await migrate({ url: own, sources });
    return own;
  }
  if (!server) throw new Error(`there is no database server for ${name}`);
  const role = databaseName(config.installation, name);
  const { ownerUrl, url } = await provision({ adminUrl: server.adminUrl, database: role, role, password: passwordOf(server, role) });
  await migrate({ url: ownerUrl, sources, role });
  return url;
}

const source = (name: string, folder: URL): MigrationSource => ({ name, directory: fileURLToPath(folder) });
