import type { Store, Table } from '@ensemble/engine/store';
import { databaseClock, SessionPool, sqlStore, type StoreOptions, usualTimeouts } from '@ensemble/sql';
import { changing, dialect } from './dialect.ts';
import { querySql } from './query-sql.ts';
import { openSession, type Session } from './session.ts';
import type { Reply, Statement } from './statement.ts';
import { type TableSql, tableSql } from './table-sql.ts';

export interface PostgresStoreOptions extends StoreOptions {
  /** As the service's role. Sessions keep prepared statements and settings: behind a pooler, only one that pools sessions. */
  readonly url: string;
}

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
  const timeouts = { ...usualTimeouts, ...options.timeouts };
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
  const named = (statement: Statement): Statement => {
    const name = names.get(statement.text) ?? `q${names.size}`;
    names.set(statement.text, name);
    return { name, ...statement };
  };
  return sqlStore<Session, Statement, Reply>({
    pool: writers,
    readers,
    clock: databaseClock(),
    dialect,
    sql,
    changing: (change) => changing(sql(change.table), change),
    load: (transaction, wanted) => transaction.send(wanted),
    save: (transaction, changes) => transaction.commit(changes),
    selecting: (table, query) => named(querySql(sql(table), query)),
    counting: (table) => named({ text: `select count(*) from ${sql(table).quoted}` }),
  });
}
