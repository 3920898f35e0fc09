import type { Change, Row, Table, Unit } from '@ensemble/engine/store';
import type { Reply } from './statement.ts';
import type { TableSql } from './table-sql.ts';
import { type Part, Transaction, type TransactionParts } from './transaction.ts';

export interface UnitParts extends TransactionParts {
  sql(table: Table): TableSql;
}

/** Takes a session; while the service is busy beginning costs no round trip. Errors: STORE_UNAVAILABLE. */
export async function beginUnit(parts: UnitParts): Promise<Unit> {
  const { pool, clock, sql } = parts;
  const transaction = new Transaction(parts, await pool.take());
  if (!clock.isKnown()) await transaction.doing(() => transaction.read([]));
  return {
    now: clock.now(),
    load: (wanted) =>
      transaction.doing(async () => {
        const asked = wanted.filter(({ keys }) => keys.length > 0);
        if (asked.length === 0) return wanted.map(() => []);
        const replies = await transaction.read(asked.map(({ table, keys }) => ({ statement: sql(table).load(keys), table: table.name })));
        return wanted.map((each) => rowsOf(sql(each.table), replies[asked.indexOf(each)]));
      }),
    commit: (changes) => transaction.doing(() => transaction.save(changes.flatMap((change) => partsOf(sql(change.table), change)))),
    rollback: () => transaction.rollback(),
  };
}

const rowsOf = (sql: TableSql, reply: Reply | undefined): readonly Row[] => reply?.rows.map(sql.row) ?? [];

function partsOf(sql: TableSql, { insert = [], update = [], remove = [] }: Change): readonly Part[] {
  const table = sql.table.name;
  const parts: Part[] = [];
  if (remove.length > 0) parts.push({ statement: sql.remove(remove), table });
  if (update.length > 0) parts.push({ statement: sql.update(update), table });
  if (insert.length > 0) parts.push({ statement: sql.insert(insert), table });
  return parts;
}
