import type { Change, Key, Row, Table, Unit } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { apply, draftOf } from './draft.ts';
import { inOrder, lockOf } from './keys.ts';
import type { Locks, Owner } from './locks.ts';

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

export function beginUnit(parts: UnitParts): Unit {
  const { locks, fault, now } = parts;
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

  return {
    now,
    load: (wanted) =>
      doing(async () => {
        await fault('load');
        const loaded: (readonly Row[])[] = [];
        for (const { table, keys } of wanted) loaded.push(await loadFrom(parts, owner, table, keys));
        return loaded;
      }),
    commit: (changes) =>
      doing(async () => {
        await fault('commit');
        await save(parts, owner, changes);
        end();
        await fault('committed');
      }),
    async rollback() {
      if (!over) end();
    },
  };
}

async function loadFrom({ rowsOf, locks }: UnitParts, owner: Owner, table: Table, wanted: readonly Key[]): Promise<readonly Row[]> {
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

async function save({ rowsOf, locks }: UnitParts, owner: Owner, changes: readonly Change[]): Promise<void> {
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
