/**
 * A service's database in MySQL, where DATABASE_URL_<SERVICE> says mysql://…. Its migrations stand beside the others, in folders
 * of the same name with -mysql behind; a service without them keeps its rows in PostgreSQL only. The client is loaded where there is one.
 */
import type { Log } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { MigrationSource } from '@ensemble/store-postgres';
import { existsSync } from 'node:fs';
import { envName } from './config.ts';

export const isMysql = (url: string): boolean => new URL(url).protocol === 'mysql:';

export interface MysqlDatabase {
  readonly service: string;
  /** Names the database; its user may change the tables, and best of all make a user for the service. */
  readonly url: string;
  /** Whom the service then works as. */
  readonly role: string;
  readonly password: string;
  readonly sources: readonly MigrationSource[];
  readonly log: Log;
}

/** Brought up to date; resolves to the URL that the service works with. Errors: CONFIG_INVALID, STORE_UNAVAILABLE, STORE_MISMATCH, MIGRATION_…. */
export async function prepareMysql(wanted: MysqlDatabase): Promise<string> {
  const { service, url, role } = wanted;
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  if (database === '') throw new EnsembleError('CONFIG_INVALID', `${envName('DATABASE_URL', service)} names no database.`);
  const sources = wanted.sources.map(({ name, directory }) => ({ name, directory: besideFor(directory, service) }));
  const { migrate } = await import('@ensemble/store-mysql');
  const workUrl = await roleOf(wanted, database);
  await migrate({ url, sources, ...(workUrl === null ? {} : { role }) });
  return workUrl ?? url;
}

function besideFor(directory: string, service: string): string {
  const beside = `${directory.replace(/[/\\]+$/, '')}-mysql`;
  if (existsSync(beside)) return beside;
  throw new EnsembleError(
    'CONFIG_INVALID',
    `${service} keeps its rows in PostgreSQL only: ${envName('DATABASE_URL', service)} is of MySQL.`,
  );
}

/** The role's URL; null where the URL's user may make none: the service then works as that user, with whatever rights it has. */
async function roleOf({ service, url, role, password, log }: MysqlDatabase, database: string): Promise<string | null> {
  const { provision } = await import('@ensemble/store-mysql');
  try {
    return (await provision({ adminUrl: url, database, role, password })).url;
  } catch (error) {
    if (!(error instanceof EnsembleError) || error.code !== 'STORE_MISMATCH') throw error;
    log.warn({ service, problem: error.message }, "its database's user may not make a user for it, and is what it works as");
    return null;
  }
}
