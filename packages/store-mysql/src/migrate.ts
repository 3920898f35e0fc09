import { EnsembleError } from '@ensemble/errors';
import { applyMissing, type Migration, type MigrationSource, readSources, speaksOfRole, withRole } from '@ensemble/sql';
import { isOfServer, storeError } from './failure.ts';
import { flavourOf } from './flavour.ts';
import { asOwner, type Owner } from './owner.ts';
import { statementsOf } from './statements.ts';

export interface MigrateOptions {
  /** As one who may change the database and its tables. */
  readonly url: string;
  /** Applied one source after the other. */
  readonly sources: readonly MigrationSource[];
  /**
   * What `:role` stands for in the files: the user the service works as. Without one, statements that speak of it are left out: who
   * works as the owner of the tables has all rights, and may not be able to give any.
   */
  readonly role?: string;
  readonly log?: (line: string) => void;
}

/**
 * Applies what is missing; of several processes at once one does it and the others wait. A database that is ahead of the files is left
 * alone: a newer release has been here, and migrations only add.
 *
 * Here each `create` and `alter` commits by itself, so a file may be carried out by half. How far it came is written down statement by
 * statement, beside when it was finished; one that was begun and not finished is for a person.
 * Errors: MIGRATION_CHANGED, MIGRATION_INVALID, MIGRATION_HALF_DONE, STORE_UNAVAILABLE.
 */
export async function migrate({ url, sources, role, log = () => undefined }: MigrateOptions): Promise<void> {
  const wanted = readSources(sources, statementsOf);
  await asOwner(url, 'migrate', async (owner) => {
    const quotedRole = role === undefined ? undefined : owner.quotedUser(role);
    await prepare(owner);
    await applyMissing(wanted, {
      applied: (source) => appliedOf(owner, source),
      check,
      apply: (source, migration) => apply(owner, source, migration, quotedRole),
      log,
      role: quotedRole,
      settle: (rights) => settle(owner, rights),
    });
  });
}

/** Tables take the collation of their database: one that compares all text by code points, trailing spaces included. */
async function prepare({ rows, run }: Owner): Promise<void> {
  const [[version, collation] = []] = await rows('select version(), @@collation_database');
  const { textCollation } = flavourOf(String(version));
  if (collation !== textCollation) await run(`alter database character set utf8mb4 collate ${textCollation}`);
  await run(`create table if not exists migrations (
    source varchar(100) not null, version int not null, name varchar(255) not null, checksum char(64) not null,
    statements int not null, finished_at datetime(3), primary key (source, version))`);
}

interface Applied {
  readonly checksum: string;
  /** How many of its statements were carried out, for certain. */
  readonly statements: number;
  readonly finished: boolean;
}

async function appliedOf({ rows }: Owner, source: string): Promise<ReadonlyMap<number, Applied>> {
  const found = await rows('select version, checksum, statements, finished_at is not null from migrations where source = ?', [source]);
  return new Map(
    found.map(([version, checksum, statements, finished]) => [
      Number(version),
      { checksum: String(checksum), statements: Number(statements), finished: finished === 1 },
    ]),
  );
}

function check(source: string, { name, statements, checksum }: Migration, before: Applied): void {
  const details = { source, file: name };
  if (!before.finished) {
    const of = statements.length;
    throw new EnsembleError(
      'MIGRATION_HALF_DONE',
      `Migration ${source}/${name} stopped after ${before.statements} of ${of} statements (the next may have been carried out too). ` +
        'Carry out the rest and set its finished_at in the table migrations, or take it back and delete its row there.',
      { ...details, statements: before.statements, of },
    );
  }
  if (before.checksum !== checksum)
    throw new EnsembleError('MIGRATION_CHANGED', `Migration ${source}/${name} was applied, and has been edited since.`, details);
}

async function apply({ run }: Owner, source: string, migration: Migration, quotedRole: string | undefined): Promise<void> {
  const { version, name, statements, checksum } = migration;
  const row = [source, version];
  let at = 0;
  await run('insert into migrations (source, version, name, checksum, statements) values (?, ?, ?, ?, 0)', [...row, name, checksum]);
  try {
    for (const statement of statements) {
      if (quotedRole !== undefined || !speaksOfRole(statement)) await run(withRole({ name, sql: statement }, quotedRole));
      at += 1;
      await run('update migrations set statements = ? where source = ? and version = ?', [at, ...row]);
    }
    await run('update migrations set finished_at = utc_timestamp(3) where source = ? and version = ?', row);
  } catch (error) {
    const known = storeError(error as Error, '');
    if (known.code === 'STORE_UNAVAILABLE') throw known;
    // What the server refused it has not begun: of the first statement nothing is left.
    if (at === 0) await run('delete from migrations where source = ? and version = ?', row);
    const why = isOfServer(error) ? error.sqlMessage : known.message;
    throw new EnsembleError(
      'MIGRATION_INVALID',
      `Migration ${source}/${name}, statement ${at + 1} of ${statements.length}: ${why}`,
      { source, file: name, statement: at + 1 },
      error,
    );
  }
}

async function settle({ run }: Owner, rights: readonly string[]): Promise<void> {
  try {
    for (const sql of rights) await run(sql);
  } catch (error) {
    throw storeError(error as Error, '');
  }
}
