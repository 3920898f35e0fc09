import { type Change, keyText, type Row, type Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { inOrder } from './keys.ts';
import { keptRow } from './values.ts';

/** A change as it would be kept, by the texts of its keys. */
export interface Draft {
  readonly table: Table;
  readonly remove: readonly string[];
  readonly update: ReadonlyMap<string, Row>;
  readonly insert: readonly (readonly [key: string, row: Row])[];
}

/** Errors: STORE_VIOLATION. */
export function draftOf({ table, insert = [], update = [], remove = [] }: Change): Draft {
  const keyed = (row: Row): readonly [string, Row] => {
    const kept = keptRow(table, row);
    return [keyText(table.key.map((name) => kept[name] as string)), kept];
  };
  return { table, insert: insert.map(keyed), update: new Map(update.map(keyed)), remove: inOrder(table, remove) };
}

/** Remove, update, insert: over the rows as they are and what this unit has changed already. Errors: STORE_CONFLICT. */
export function apply(
  { table, remove, update, insert }: Draft,
  rows: ReadonlyMap<string, Row>,
  changed: Map<string, Row | undefined>,
): void {
  const exists = (key: string): boolean => (changed.has(key) ? changed.get(key) !== undefined : rows.has(key));
  for (const key of remove) changed.set(key, undefined);
  for (const [key, row] of update) {
    if (!exists(key))
      throw new EnsembleError('STORE_CONFLICT', `Rows of ${table.name} that were to be updated are gone.`, { table: table.name });
    changed.set(key, row);
  }
  for (const [key, row] of insert) {
    if (exists(key)) throw new EnsembleError('STORE_CONFLICT', `A row of ${table.name} exists already.`, { table: table.name });
    changed.set(key, row);
  }
}
