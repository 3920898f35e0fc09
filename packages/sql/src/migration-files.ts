import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnsembleError } from '@ensemble/errors';
import type { Cut } from './migration-statements.ts';

/** A folder of `0001_words.sql`, `0002_…`; its versions are counted under its name. */
export interface MigrationSource {
  readonly name: string;
  readonly directory: string;
}

export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  /** The file's name. */
  readonly name: string;
  readonly sql: string;
  readonly statements: readonly string[];
  /** Of the file as it is; line ends of another system do not count. */
  readonly checksum: string;
}

/**
 * The migrations of a folder, in order. Errors: MIGRATION_INVALID for a name that is not `0001_words.sql`, a gap, a number given twice,
 * and where a statement that speaks of the role is neither a `grant` nor a `revoke`: any start may carry it out again.
 */
export function readMigrations(directory: string, cut: Cut): readonly Migration[] {
  return readdirSync(directory)
    .toSorted()
    .map((name, i) => {
      const number = /^(\d{4})_[a-z0-9]+([_-][a-z0-9]+)*\.sql$/.exec(name)?.[1];
      const expected = String(i + 1).padStart(4, '0');
      if (number === undefined) throw invalid(name, `migrations are named like ${expected}_words.sql`);
      if (number !== expected) throw invalid(name, `the next number is ${expected}`);
      const sql = readFileSync(join(directory, name), 'utf8').replaceAll('\r\n', '\n');
      const statements = cut(sql);
      const other = statements.find((statement) => speaksOfRole(statement) && !/^(grant|revoke)\s/i.test(statement));
      if (other !== undefined) throw invalid(name, `only grant and revoke may speak of :role, since they are repeated; not "${other}"`);
      return { version: i + 1, name, sql, statements, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

const invalid = (file: string, why: string): EnsembleError =>
  new EnsembleError('MIGRATION_INVALID', `Migration ${file}: ${why}.`, { file });

/** `:role` stands for the service's role. A cast (`::role`) and a word (`:roles`, `a:role`) do not. */
const roleWord = /(?<![:\w]):role\b/;
const roleWords = new RegExp(roleWord, 'g');

export const speaksOfRole = (sql: string): boolean => roleWord.test(sql);

/** With `:role` as a quoted name, a migration or a statement of it. Errors: MIGRATION_INVALID where there is none. */
export function withRole({ name, sql }: Pick<Migration, 'name' | 'sql'>, quotedRole: string | undefined): string {
  return sql.replace(roleWords, () => {
    if (quotedRole === undefined) throw invalid(name, 'it speaks of :role, and no role was given');
    return quotedRole;
  });
}
