import type { Key, Row, Table } from '@ensemble/engine/store';

/**
 * The order in which every process locks and inserts rows, so that no two wait for each other. Any order would do that is the
 * same everywhere: JavaScript's own.
 */
function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as string;
    const y = b[i] as string;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Sorted, each once. */
export function inKeyOrder(keys: readonly Key[]): readonly Key[] {
  const sorted = keys.toSorted(compareKeys);
  return sorted.filter((key, i) => i === 0 || compareKeys(sorted[i - 1] as Key, key) !== 0);
}

/** Often they are sorted already: ids grow with time. */
export function rowsInKeyOrder(table: Table, rows: readonly Row[]): readonly Row[] {
  const order = (a: Row, b: Row): number => {
    for (const name of table.key) {
      const x = a[name] as string;
      const y = b[name] as string;
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  for (let i = 1; i < rows.length; i++) if (order(rows[i - 1] as Row, rows[i] as Row) > 0) return rows.toSorted(order);
  return rows;
}
