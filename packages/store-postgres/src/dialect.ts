import type { Change } from '@ensemble/engine/store';
import type { Dialect, Part } from '@ensemble/sql';
import type pg from 'pg';
import { isFarewell, isRefusal, storeError, tableOf } from './failure.ts';
import type { Session } from './session.ts';
import type { Reply, Statement } from './statement.ts';
import type { TableSql } from './table-sql.ts';

const begin: Part<Statement> = { statement: { text: 'begin' }, table: '' };
const askClock: Part<Statement> = {
  statement: { name: 'clock', text: `select date_part('epoch', clock_timestamp()) * 1000` },
  table: '',
};

export const dialect: Dialect<Statement, Reply> = {
  begin: [begin],
  beginAsking: [begin, askClock],
  askClock,
  commit: [{ statement: { text: 'commit' }, table: '' }],
  rollback: [{ text: 'rollback' }],
  storeError,
  async refusal(error, table, session) {
    const primaryKey = isRefusal(error) && error.code === '23505' && (await isPrimaryKey(session, error));
    return storeError(error, table || tableOf(error), primaryKey);
  },
  // A farewell: the server ended the session before it came to the COMMIT.
  isSettled: (error, before) => isRefusal(error) || (before && isFarewell(error)),
};

/** The error names a constraint, not its kind; a migration may have called the primary key anything. */
async function isPrimaryKey(session: Session, error: pg.DatabaseError): Promise<boolean> {
  const { schema = '', table = '', constraint = '' } = error;
  const text = `select 1 from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    where c.contype = 'p' and c.conname = $1::name and t.relname = $2::name and n.nspname = $3::name`;
  const outcome = await session.flush([{ text, values: [constraint, table, schema] }]);
  return outcome.ok ? outcome.replies[0]?.rows.length === 1 : constraint === `${table}_pkey`;
}

export function changing(sql: TableSql, { insert = [], update = [], before, remove = [] }: Change): readonly Part<Statement>[] {
  const table = sql.table.name;
  const parts: Part<Statement>[] = [];
  if (remove.length > 0) parts.push({ statement: sql.remove(remove), table });
  if (update.length > 0) parts.push({ statement: sql.update(update, before), table });
  if (insert.length > 0) parts.push({ statement: sql.insert(insert), table });
  return parts;
}
