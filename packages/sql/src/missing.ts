import { type Migration, type MigrationSource, readMigrations } from './migration-files.ts';

export type ReadSource = Pick<MigrationSource, 'name'> & { readonly migrations: readonly Migration[] };

/** Reads all files before anything is done. Errors: MIGRATION_INVALID. */
export const readSources = (sources: readonly MigrationSource[]): readonly ReadSource[] =>
  sources.map(({ name, directory }) => ({ name, migrations: readMigrations(directory) }));

/** `A`: what the database has written down of a migration that was applied. */
export interface Migrating<A> {
  /** By version. */
  applied(source: string): Promise<ReadonlyMap<number, A>>;
  /** Errors: those of a migration that does not stand there as the file has it. */
  check(source: string, migration: Migration, before: A): void;
  apply(source: string, migration: Migration): Promise<void>;
  log(line: string): void;
}

/** Applies what is missing, one source after the other. What is ahead of the files is left alone: migrations only add. */
export async function applyMissing<A>(sources: readonly ReadSource[], { applied, check, apply, log }: Migrating<A>): Promise<void> {
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
}
