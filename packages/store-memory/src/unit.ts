import type { Change, Key, Row, Table, Unit } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import type { Locks } from './locks.ts';
import { compare, matching } from './query.ts';
import { keptKey, keptRow } from './values.ts';

/** Where a fault may strike. `commit`: nothing has landed; `committed`: it has, and what is thrown takes the place of the answer. */
export type FaultPoint = 'begin' | 'load' | 'commit' | 'committed';

export type Fault = (point: FaultPoint) => void | Promise<void>;

export interface UnitParts {
  /** The committed rows of a table, by the text of their key. */
  readonly rowsOf: (table: Table) => Map<string, Row>;
  readonly locks: Locks;
  readonly fault: Fault;
  readonly now: number;
}

export function beginUnit({ rowsOf, locks, fault, now }: UnitParts): Unit {
  const owner = {};
  let over = false;

  function end(): void {
    over = true;
    locks.release(owner);
  }

  /** After an error the unit is rolled back: nothing of it has been written, so its locks are all there is to give back. */
  async function doing<T>(work: () => Promise<T>): Promise<T> {
    if (over) throw new EnsembleError('UNIT_OVER', 'This unit of work is over.');
    try {
      return await work();
    } catch (error) {
      if (!over) end();
      throw error;
    }
  }

  async function loadFrom(table: Table, wanted: readonly Key[]): Promise<readonly Row[]> {
    const rows = rowsOf(table);
    const found: Row[] = [];
    for (const key of inOrder(table, wanted)) {
      // An absent row has nothing to lock, and one that was waited for may be gone.
      if (!table.shared && rows.has(key)) await locks.take(owner, lockOf(table, key));
      const row = rows.get(key);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  async function save(changes: readonly Change[]): Promise<void> {
    const drafts = changes.map((change) => draftOf(change));
    for (const { table, remove, update } of drafts) {
      for (const key of [...remove, ...update.keys()]) await locks.take(owner, lockOf(table, key));
    }
    const written = new Map<Map<string, Row>, Map<string, Row | undefined>>();
    for (const draft of drafts) {
      const rows = rowsOf(draft.table);
      const changed = written.get(rows) ?? new Map<string, Row | undefined>();
      written.set(rows, changed);
      apply(draft, rows, changed);
    }
    for (const [rows, changed] of written) {
      for (const [key, row] of changed) {
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
    }
  }

  return {
    now,
    load: (wanted) =>
      doing(async () => {
        await fault('load');
        const loaded: (readonly Row[])[] = [];
        for (const { table, keys } of wanted) loaded.push(await loadFrom(table, keys));
        return loaded;
      }),
    claim: (table, query) =>
      doing(async () => {
        await fault('load');
        const claimed: Row[] = [];
        for (const row of matching(table, rowsOf(table).values(), query)) {
          if (claimed.length === query.limit) break;
          if (locks.tryTake(owner, lockOf(table, keyText(table.key.map((name) => row[name] as string))))) claimed.push(row);
        }
        return claimed;
      }),
    commit: (changes) =>
      doing(async () => {
        await fault('commit');
        await save(changes);
        end();
        await fault('committed');
      }),
    async rollback() {
      if (!over) end();
    },
  };
}

interface Draft {
  readonly table: Table;
  readonly remove: readonly string[];
  readonly update: ReadonlyMap<string, Row>;
  readonly insert: readonly (readonly [key: string, row: Row])[];
}

function draftOf({ table, insert = [], update = [], remove = [] }: Change): Draft {
  const keyed = (row: Row): readonly [string, Row] => {
    const kept = keptRow(table, row);
    return [keyText(table.key.map((name) => kept[name] as string)), kept];
  };
  return { table, insert: insert.map(keyed), update: new Map(update.map(keyed)), remove: inOrder(table, remove) };
}

/** Remove, update, insert: over the rows as they are and what this unit has changed already. */
function apply({ table, remove, update, insert }: Draft, rows: ReadonlyMap<string, Row>, changed: Map<string, Row | undefined>): void {
  const exists = (key: string): boolean => (changed.has(key) ? changed.get(key) !== undefined : rows.has(key));
  for (const key of remove) changed.set(key, undefined);
  for (const [key, row] of update) {
    if (!exists(key)) throw new EnsembleError('STORE_CONFLICT', `Rows of ${table.name} that were to be updated are gone.`, { table: table.name });
    changed.set(key, row);
  }
  for (const [key, row] of insert) {
    if (exists(key)) throw new EnsembleError('STORE_CONFLICT', `A row of ${table.name} exists already.`, { table: table.name });
    changed.set(key, row);
  }
}

const lockOf = (table: Table, key: string): string => `${table.name}\0${key}`;

/** No text of a row holds NUL. */
const keyText = (key: Key): string => key.join('\0');

/** Each once. */
function inOrder(table: Table, keys: readonly Key[]): readonly string[] {
  const order = (a: Key, b: Key): number => {
    for (let i = 0; i < a.length; i++) {
      const by = compare(a[i], b[i]);
      if (by !== 0) return by;
    }
    return 0;
  };
  const sorted = keys.map((key) => keptKey(table, key)).sort(order);
  return [...new Set(sorted.map(keyText))];
}
