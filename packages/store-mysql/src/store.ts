import type { Store, Table } from '@ensemble/engine/store';
import { databaseClock, SessionPool, sqlStore, type StoreOptions, usualTimeouts } from '@ensemble/sql';
import { changing, dialect, load, save } from './dialect.ts';
import { querySql } from './query-sql.ts';
import { openSession, type Session } from './session.ts';
import type { Reply, Statement } from './statement.ts';
import { type TableSql, tableSql } from './table-sql.ts';

export interface MysqlStoreOptions extends StoreOptions {
  /** mysql://user:password@host:port/database, of MariaDB 10.6 or newer, or MySQL 8.0.17 or newer. */
  readonly url: string;
}

/** The server counts the limits of locks and of silence in whole seconds, at least one. */
const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1_000));
/** Seconds that a session may rest between two units: what MySQL gives it. */
const restsFor = 28_800;

/**
 * Rows in MySQL or MariaDB. Tables are the service's migrations'; their columns are those of the `Table`, in snake_case.
 * A change is carried out as remove, update, insert. Durable where the server has innodb_flush_log_at_trx_commit = 1, as it has by itself.
 */
export function mysqlStore(options: MysqlStoreOptions): Store {
  const timeouts = { ...usualTimeouts, ...options.timeouts };
  const log = options.log ?? (() => undefined);
  const pool = (size: number, settings: readonly string[]): SessionPool<Session> =>
    new SessionPool({
      size,
      log,
      open: (onLost) =>
        openSession({
          url: options.url,
          applicationName: options.applicationName,
          settings: (flavour) => [...everySession, flavour.statementTimeout(timeouts.statement), ...settings],
          connectTimeout: timeouts.connect,
          answerTimeout: timeouts.answer,
          onLost,
        }),
    });
  const lock = seconds(timeouts.lock);
  const writers = pool(options.writers ?? 1, [`set session innodb_lock_wait_timeout = ${lock}, lock_wait_timeout = ${lock}`]);
  const readers = pool(options.readers ?? 2, ['set session transaction read only', `set session wait_timeout = ${restsFor}`]);

  const sqls = new Map<Table, TableSql>();
  const sql = (table: Table, { flavour }: Session): TableSql => {
    const made = sqls.get(table) ?? tableSql(table, flavour.textCollation);
    sqls.set(table, made);
    return made;
  };
  return sqlStore<Session, Statement, Reply>({
    pool: writers,
    readers,
    clock: databaseClock(),
    dialect: dialect({ within: seconds(timeouts.idleInTransaction), outside: restsFor }),
    sql,
    changing: (change, session) => changing(sql(change.table, session), change),
    load,
    save,
    selecting: (table, query, session) => querySql(sql(table, session), query),
    counting: (table, session) => ({ text: `select count(*) from ${sql(table, session).quoted}` }),
  });
}

/**
 * READ COMMITTED: without it a row that is looked for and absent leaves a lock on the gap, and whoever inserts beside it waits.
 * Strict: a value that does not fit is an error. English: names are read out of messages.
 */
const everySession = [
  "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', lc_messages = 'en_US'",
  'set session transaction isolation level read committed',
];
