import { type Migration, type MigrationSource, readMigrations, speaksOfRole, withRole } from './migration-files.ts';
import type { Cut } from './migration-statements.ts';

export type ReadSource = Pick<MigrationSource, 'name'> & { readonly migrations: readonly Migration[] };

/** Reads all files before anything is done. Errors: MIGRATION_INVALID. */
export const readSources = (sources: readonly MigrationSource[], cut: Cut): readonly ReadSource[] =>
  sources.map(({ name, directory }) => ({ name, migrations: readMigrations(directory, cut) }));

/** `A`: what the database has written down of a migration that was applied. */
export interface Migrating<A> {
  /** By version. */
  applied(source: string): Promise<ReadonlyMap<number, A>>;
  /** Errors: those of a migration that does not stand there as the file has it. */
  check(source: string, migration: Migration, before: A): void;
  apply(source: string, migration: Migration): Promise<void>;
  log(line: string): void;
  /** Quoted; undefined where the service works as the owner, whose rights are its own. */
  readonly role: string | undefined;
  /** Carries out what gives the role rights, and takes them. */
  settle(rights: readonly string[]): Promise<void>;
}

/**
 * Applies what is missing, one source after the other. What is ahead of the files is left alone: migrations only add.
 * What all of them say of the role's rights is then carried out again: the role may be younger than the tables, or another than before.
 */
export async function applyMissing<A>(sources: readonly ReadSource[], migrating: Migrating<A>): Promise<void> {
  const { applied, check, apply, log, role, settle } = migrating;
  for (const { name, migrations } of sources) {
    const there = await applied(name);
    for (const migration of migrations) {
      const before = there.get(migration.version);
      if (before !== undefined) check(name, migration, before);
      else {
        await apply(name, migration);
        log(`migration ${name}/${migration.name} applied`);
      }
    }
    if (there.size > migrations.length) log(`the database is ahead of this program: ${name} has ${there.size} migrations there`);
  }
  if (role !== undefined) await settle(sources.flatMap(({ migrations }) => migrations.flatMap((migration) => rightsIn(migration, role))));
}

const rightsIn = ({ name, statements }: Migration, role: string): readonly string[] =>
  statements.filter(speaksOfRole).map((sql) => withRole({ name, sql }, role));
