import { EnsembleError } from '@ensemble/errors';
import { applyMissing, type Migration, type MigrationSource, type ReadSource, readSources, withRole } from '@ensemble/sql';
import type pg from 'pg';
import { storeError } from './failure.ts';
import { asOwner } from './owner.ts';
import { statementsOf } from './statements.ts';

export interface MigrateOptions {
  /** As the owner of the tables. */
  readonly url: string;
  /** Applied one source after the other. */
  readonly sources: readonly MigrationSource[];
  /** What `:role` stands for in the files: the role the service works as. */
  readonly role?: string;
  readonly log?: (line: string) => void;
}

/**
 * Applies what is missing, each file in a transaction of its own; of several processes at once one does it and the others wait.
 * A database that is ahead of the files is left alone: a newer release has been here, and migrations only add.
 * Errors: MIGRATION_CHANGED, MIGRATION_INVALID, STORE_UNAVAILABLE.
 */
export async function migrate({ url, sources, role, log = () => undefined }: MigrateOptions): Promise<void> {
  const read = readSources(sources, statementsOf);
  await asOwner(url, 'migrate', (client) => migrateOn(client, { sources: read, role, log }));
}

interface Migrating {
  readonly sources: readonly ReadSource[];
  readonly role: string | undefined;
  readonly log: (line: string) => void;
}

/** On the owner's session. Errors: MIGRATION_CHANGED, MIGRATION_INVALID, STORE_UNAVAILABLE. */
export async function migrateOn(client: pg.Client, { sources, role, log }: Migrating): Promise<void> {
  const quotedRole = role === undefined ? undefined : client.escapeIdentifier(role);
  await makeTable(client);
  // A service that works as the owner of its tables keeps what migrations need.
  const apart = role === (await ownerOf(client)) ? undefined : quotedRole;
  if (apart !== undefined) await client.query(`revoke insert, update, delete, truncate on migrations from ${apart}`);
  await applyMissing(sources, {
    applied: (source) => appliedOf(client, source),
    check,
    apply: (source, migration) => apply(client, source, migration, quotedRole),
    log,
    role: apart,
    settle: (rights) => settle(client, rights),
  });
}

function check(source: string, { name, checksum }: Migration, before: string): void {
  if (before !== checksum)
    throw new EnsembleError('MIGRATION_CHANGED', `Migration ${source}/${name} was applied, and has been edited since.`, {
      source,
      file: name,
    });
}

async function makeTable(client: pg.Client): Promise<void> {
  await client.query(`create table if not exists migrations (
    source text not null, version int not null, name text not null, checksum text not null, applied_at timestamptz not null default now(),
    primary key (source, version))`);
}

export async function ownerOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>('select current_user as owner');
  return rows[0]?.owner;
}

async function appliedOf(client: pg.Client, source: string): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ version: number; checksum: string }>('select version, checksum from migrations where source = $1', [
    source,
  ]);
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

async function apply(client: pg.Client, source: string, migration: Migration, quotedRole: string | undefined): Promise<void> {
  const { version, name, checksum } = migration;
  const sql = withRole(migration, quotedRole);
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migrations (source, version, name, checksum) values ($1, $2, $3, $4)', [
      source,
      version,
      name,
      checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    const known = storeError(error as Error, '');
    if (known.code === 'STORE_UNAVAILABLE') throw known;
    await client.query('rollback');
    const { message, code, position } = error as pg.DatabaseError;
    const line = position === undefined ? '' : `, line ${sql.slice(0, Number(position)).split('\n').length}`;
    throw new EnsembleError(
      'MIGRATION_INVALID',
      `Migration ${source}/${name}${line}: ${message}`,
      { source, file: name, sqlstate: code },
      error,
    );
  }
}

/** In one transaction: what one migration gives and a later one takes nobody has in between. */
async function settle(client: pg.Client, rights: readonly string[]): Promise<void> {
  try {
    await client.query(rights.join(';\n'));
  } catch (error) {
    throw storeError(error as Error, '');
  }
}
