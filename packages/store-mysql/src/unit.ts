import type { Change, Table, Unit } from '@ensemble/engine/store';
import type { Flavour } from './flavour.ts';
import type { TableSql } from './table-sql.ts';
import { type Part, Transaction, type TransactionParts } from './transaction.ts';

export interface UnitParts extends TransactionParts {
  sql(table: Table, flavour: Flavour): TableSql;
}

/** Takes a session; while the service is busy beginning costs no round trip. Errors: STORE_UNAVAILABLE. */
export async function beginUnit(parts: UnitParts): Promise<Unit> {
  const { pool, clock } = parts;
  const transaction = new Transaction(parts, await pool.take());
  const sql = (table: Table): TableSql => parts.sql(table, transaction.session.flavour);
  if (!clock.isKnown()) await transaction.doing(() => transaction.begin());
  return {
    now: clock.now(),
    load: (wanted) =>
      transaction.doing(async () => {
        const loaded = [];
        for (const { table, keys } of wanted) {
          const cells = keys.length === 0 ? [] : await transaction.read(sql(table).load(keys), table.name);
          loaded.push(cells.map(sql(table).row));
        }
        return loaded;
      }),
    commit: (changes) => transaction.doing(() => transaction.save(changes.flatMap((change) => partsOf(sql(change.table), change)))),
    rollback: () => transaction.rollback(),
  };
}

function partsOf(sql: TableSql, { insert = [], update = [], remove = [] }: Change): readonly Part[] {
  const statements = [
    ...(remove.length > 0 ? sql.remove(remove) : []),
    ...(update.length > 0 ? sql.update(update) : []),
    ...(insert.length > 0 ? sql.insert(insert) : []),
  ];
  return statements.map((statement) => ({ statement, table: sql.table.name }));
}
