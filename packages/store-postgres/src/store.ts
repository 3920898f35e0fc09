import type { Store, Table } from '@ensemble/engine/store';
import { databaseClock, SessionPool } from '@ensemble/sql';
import pg from 'pg';
import { storeError } from './failure.ts';
import { querySql } from './query-sql.ts';
import { openSession, type Session } from './session.ts';
import { type TableSql, tableSql } from './table-sql.ts';
import { beginUnit } from './unit.ts';

export interface PostgresStoreOptions {
  /** As the service's role. Sessions keep prepared statements and settings: behind a pooler, only one that pools sessions. */
  readonly url: string;
  /** Connections for units; a unit holds one from begin to its end. */
  readonly writers?: number;
  /** Connections for select. */
  readonly readers?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log?: (line: string) => void;
  readonly timeouts?: Partial<Timeouts>;
}

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly lock: number;
  /** A process that stopped in mid-unit holds its locks no longer than this. */
  readonly idleInTransaction: number;
  readonly statement: number;
  /** After so long without a word the server counts as lost: frozen, or behind a cut in the network. */
  readonly answer: number;
}

const usual: Timeouts = { connect: 3_000, lock: 5_000, idleInTransaction: 10_000, statement: 30_000, answer: 35_000 };

/** A generic plan made while a table was empty would read all of it for ever after: leave the planner only its indexes. */
export const writerSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/**
 * Rows in PostgreSQL. Tables are the service's migrations'; their columns are those of the `Table`, in snake_case.
 * A change is carried out as remove, update, insert, each one statement.
 */
export function postgresStore(options: PostgresStoreOptions): Store {
  const timeouts = { ...usual, ...options.timeouts };
  const log = options.log ?? (() => undefined);
  const pool = (size: number, settings: Readonly<Record<string, string>>): SessionPool<Session> =>
    new SessionPool({
      size,
      log,
      open: (onLost) =>
        openSession({
          url: options.url,
          applicationName: options.applicationName,
          settings: { statement_timeout: `${timeouts.statement}`, jit: 'off', timezone: 'UTC', ...settings },
          connectTimeout: timeouts.connect,
          answerTimeout: timeouts.answer,
          onLost,
        }),
    });
  const writers = pool(options.writers ?? 1, {
    synchronous_commit: 'on',
    lock_timeout: `${timeouts.lock}`,
    idle_in_transaction_session_timeout: `${timeouts.idleInTransaction}`,
    ...writerSettings,
  });
  const readers = pool(options.readers ?? 2, { default_transaction_read_only: 'on', plan_cache_mode: 'force_custom_plan' });

  const sqls = new Map<Table, TableSql>();
  const sql = (table: Table): TableSql => {
    const found = sqls.get(table);
    if (found !== undefined) return found;
    const made = tableSql(table, `t${sqls.size}`);
    sqls.set(table, made);
    return made;
  };
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `q${names.size}`;
    names.set(text, name);
    return name;
  };
  const unit = { pool: writers, clock: databaseClock(), sql, isPrimaryKey };

  async function read(table: Table, { text, values }: { readonly text: string; readonly values: readonly string[] }) {
    const session = await readers.take();
    try {
      const outcome = await session.flush([{ name: nameOf(text), text, values }]);
      if (!outcome.ok) throw storeError(outcome.error, table.name);
      return outcome.replies[0]?.rows ?? [];
    } finally {
      readers.give(session);
    }
  }

  return {
    begin: () => beginUnit(unit),
    select: async (table, query) => (await read(table, querySql(sql(table), query))).map(sql(table).row),
    async count(table) {
      const [row] = await read(table, { text: `select count(*) from ${sql(table).quoted}`, values: [] });
      return Number(row?.[0]);
    },
    health() {
      const problem = writers.problem() ?? readers.problem();
      return { up: problem === undefined, problem: problem ?? '' };
    },
    async close() {
      await Promise.all([writers.close(), readers.close()]);
    },
  };
}

/** The error names a constraint, not its kind; a migration may have called the primary key anything. */
async function isPrimaryKey(session: Session, error: Error): Promise<boolean> {
  if (!(error instanceof pg.DatabaseError)) return false;
  const { schema = '', table = '', constraint = '' } = error;
  const text = `select 1 from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
    where c.contype = 'p' and c.conname = $1::name and t.relname = $2::name and n.nspname = $3::name`;
  const outcome = await session.flush([{ text, values: [constraint, table, schema] }]);
  return outcome.ok ? outcome.replies[0]?.rows.length === 1 : constraint === `${table}_pkey`;
}
