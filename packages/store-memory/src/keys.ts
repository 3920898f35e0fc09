import { type Key, keyText, type Table } from '@ensemble/engine/store';
import { compare } from './query.ts';
import { keptKey } from './values.ts';

export const lockOf = (table: Table, key: string): string => `${table.name}\0${key}`;

/** Sorted, each once. */
export function inOrder(table: Table, keys: readonly Key[]): readonly string[] {
  const order = (a: Key, b: Key): number => {
    for (let i = 0; i < a.length; i++) {
      const by = compare(a[i], b[i]);
      if (by !== 0) return by;
    }
    return 0;
  };
  const sorted = keys.map((key) => keptKey(table, key)).toSorted(order);
  return [...new Set(sorted.map(keyText))];
}
