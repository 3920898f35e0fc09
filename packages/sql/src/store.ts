import type { Query, Store, Table } from '@ensemble/engine/store';
import type { SessionPool } from './pool.ts';
import type { Reply, SqlSession } from './statement.ts';
import { beginUnit, type UnitParts } from './unit.ts';

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

export interface StoreOptions {
  /** Connections for units, at the most; a unit holds one from begin to its end. */
  readonly writers?: number;
  /** Connections for select, at the most. */
  readonly readers?: number;
  /** Shown in the server's list of sessions. */
  readonly applicationName: string;
  readonly log?: (line: string) => void;
  readonly timeouts?: Partial<Timeouts>;
}

export const usualTimeouts: Timeouts = { connect: 3_000, lock: 5_000, idleInTransaction: 10_000, statement: 30_000, answer: 35_000 };

/** `pool`: the writers. */
export interface StoreParts<S extends SqlSession<Q, R>, Q, R extends Reply> extends UnitParts<S, Q, R> {
  readonly readers: SessionPool<S>;
  selecting(table: Table, query: Query, session: S): Q;
  /** A statement whose one cell is a number. */
  counting(table: Table, session: S): Q;
}

/** Units on the writers; everything else is one statement of a reader. */
export function sqlStore<S extends SqlSession<Q, R>, Q, R extends Reply>(parts: StoreParts<S, Q, R>): Store {
  const { pool: writers, readers, dialect, sql, selecting, counting } = parts;

  async function read<T>(table: Table, work: (session: S) => { statement: Q; rowOf: (cells: R['rows'][number]) => T }): Promise<T[]> {
    const session = await readers.take();
    try {
      const { statement, rowOf } = work(session);
      const outcome = await session.flush([statement]);
      if (!outcome.ok) throw dialect.storeError(outcome.error, table.name);
      return outcome.replies[0]?.rows.map(rowOf) ?? [];
    } finally {
      readers.give(session);
    }
  }

  return {
    begin: () => beginUnit(parts),
    select: (table, query) => read(table, (session) => ({ statement: selecting(table, query, session), rowOf: sql(table, session).row })),
    async count(table) {
      const [rows = 0] = await read(table, (session) => ({ statement: counting(table, session), rowOf: ([cell]) => Number(cell) }));
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
