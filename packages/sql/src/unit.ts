import type { Change, Key, Row, Table, Unit } from '@ensemble/engine/store';
import type { SessionPool } from './pool.ts';
import type { Reply, SqlSession } from './statement.ts';
import { type Part, Transaction, type TransactionParts } from './transaction.ts';

/** What a unit needs of a table. */
export interface UnitTable<Q, R extends Reply> {
  load(keys: readonly Key[]): Q;
  readonly row: (cells: R['rows'][number]) => Row;
}

export interface UnitParts<S extends SqlSession<Q, R>, Q, R extends Reply> extends TransactionParts<Q, R> {
  readonly pool: SessionPool<S>;
  sql(table: Table, session: S): UnitTable<Q, R>;
  /** Its statements in the order remove, update, insert. */
  changing(change: Change, session: S): readonly Part<Q>[];
  /** A reply to each, in as few round trips as the server allows. */
  load(transaction: Transaction<Q, R>, wanted: readonly Part<Q>[]): Promise<readonly R[]>;
  /** Changes and the COMMIT. Errors: those of Unit.commit. */
  save(transaction: Transaction<Q, R>, changes: readonly Part<Q>[]): Promise<void>;
}

/** Takes a session; while the service is busy beginning costs no round trip. Errors: STORE_UNAVAILABLE. */
export async function beginUnit<S extends SqlSession<Q, R>, Q, R extends Reply>(parts: UnitParts<S, Q, R>): Promise<Unit> {
  const { pool, clock } = parts;
  const session = await pool.take();
  const transaction = new Transaction<Q, R>(parts, session);
  if (!clock.isKnown()) await transaction.doing(() => transaction.send([]));
  return {
    now: clock.now(),
    load: (wanted) =>
      transaction.doing(async () => {
        const asked = wanted.filter(({ keys }) => keys.length > 0);
        if (asked.length === 0) return wanted.map(() => []);
        const statements = asked.map(({ table, keys }) => ({ statement: parts.sql(table, session).load(keys), table: table.name }));
        const replies = await parts.load(transaction, statements);
        return wanted.map((each) => replies[asked.indexOf(each)]?.rows.map(parts.sql(each.table, session).row) ?? []);
      }),
    commit: (changes) =>
      transaction.doing(() =>
        parts.save(
          transaction,
          changes.flatMap((change) => parts.changing(change, session)),
        ),
      ),
    rollback: () => transaction.rollback(),
  };
}
