import type { Change, Key, Row, Store, Table } from '@ensemble/engine/store';
import { tables } from './tables.ts';

export interface StoreHarness {
  /** A store whose tables are these, all empty, with room for four units at once. The suite closes it. */
  open(tables: readonly Table[]): Promise<Store>;
}

/** A test with a store of its own. */
export const withStore =
  (harness: StoreHarness, test: (store: Store) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const store = await harness.open(tables);
    try {
      await test(store);
    } finally {
      await store.close();
    }
  };

/** One unit that saves. */
export async function save(store: Store, ...changes: readonly Change[]): Promise<void> {
  const unit = await store.begin();
  await unit.commit(changes);
}

/** One unit that loads and ends. */
export async function load(store: Store, table: Table, ...keys: readonly Key[]): Promise<readonly Row[]> {
  const unit = await store.begin();
  const [rows = []] = await unit.load([{ table, keys }]);
  await unit.rollback();
  return rows;
}
