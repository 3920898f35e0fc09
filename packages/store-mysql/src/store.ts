import type { Store, Table } from '@ensemble/engine/store';
import { databaseClock, SessionPool } from '@ensemble/sql';
import { storeError } from './failure.ts';
import type { Flavour } from './flavour.ts';
import { querySql } from './query-sql.ts';
import { openSession, type Session } from './session.ts';
import type { Cells, Statement } from './statement.ts';
import { type TableSql, tableSql } from './table-sql.ts';
import { beginUnit } from './unit.ts';

export interface MysqlStoreOptions {
  /** mysql://user:password@host:port/database, of MariaDB 10.6 or newer, or MySQL 8.0.17 or newer. */
  readonly url: string;
  /** Connections for units; a unit holds one from begin to its end. */
  readonly writers?: number;
  /** Connections for select. */
  readonly readers?: number;
  /** Shown in performance_schema. */
  readonly applicationName: string;
  readonly log?: (line: string) => void;
  readonly timeouts?: Partial<Timeouts>;
}

/** Milliseconds. The server counts those of locks and of silence in whole seconds, at least one. */
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
const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1_000));
/** Seconds that a session may rest between two units: what MySQL gives it. */
const restsFor = 28_800;

/**
 * Rows in MySQL or MariaDB. Tables are the service's migrations'; their columns are those of the `Table`, in snake_case.
 * A change is carried out as remove, update, insert. Durable where the server has innodb_flush_log_at_trx_commit = 1, as it has by itself.
 */
export function mysqlStore(options: MysqlStoreOptions): Store {
  const timeouts = { ...usual, ...options.timeouts };
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
  const sql = (table: Table, { textCollation }: Flavour): TableSql => {
    const made = sqls.get(table) ?? tableSql(table, textCollation);
    sqls.set(table, made);
    return made;
  };
  const unit = { pool: writers, clock: databaseClock(), sql, silence: { within: seconds(timeouts.idleInTransaction), outside: restsFor } };

  /** One statement of a reader, and its rows. */
  async function read<T>(table: Table, statement: (sql: TableSql) => Statement, rowOf: (cells: Cells, sql: TableSql) => T): Promise<T[]> {
    const session = await readers.take();
    try {
      const made = sql(table, session.flavour);
      const outcome = await session.flush([statement(made)]);
      if (!outcome.ok) throw storeError(outcome.error, table.name);
      return (outcome.replies[0]?.rows ?? []).map((cells) => rowOf(cells, made));
    } finally {
      readers.give(session);
    }
  }

  return {
    begin: () => beginUnit(unit),
    select: (table, query) =>
      read(
        table,
        (made) => querySql(made, query),
        (cells, made) => made.row(cells),
      ),
    async count(table) {
      const [rows = 0] = await read(
        table,
        ({ quoted }) => ({ text: `select count(*) from ${quoted}` }),
        ([cell]) => Number(cell),
      );
      return rows;
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

/**
 * READ COMMITTED: without it a row that is looked for and absent leaves a lock on the gap, and whoever inserts beside it waits.
 * Strict: a value that does not fit is an error. English: names are read out of messages.
 */
const everySession = [
  "set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', lc_messages = 'en_US'",
  'set session transaction isolation level read committed',
];
