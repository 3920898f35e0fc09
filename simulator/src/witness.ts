/** A store that is watched: what it committed to its outbox is known, whatever becomes of the process. */
import { outbox, type Said, type Store, type Unit } from '@ensemble/engine';
import { unpack } from '@ensemble/engine/batch';

export interface Witness {
  /** All that was ever committed to an outbox. */
  readonly said: readonly Said[];
  /** How many transactions changed anything. */
  changes(): number;
  watched(store: Store): Store;
}

export function witness(): Witness {
  const said: Said[] = [];
  let changes = 0;
  const watchedUnit = (unit: Unit): Unit => ({
    now: unit.now,
    load: (wanted) => unit.load(wanted),
    rollback: () => unit.rollback(),
    async commit(changed) {
      await unit.commit(changed);
      if (changed.some(({ insert = [], update = [], remove = [] }) => insert.length + update.length + remove.length > 0)) changes += 1;
      for (const { table, insert = [] } of changed)
        if (table === outbox) for (const { payload } of insert) said.push(...unpack(payload as string));
    },
  });
  return { said, changes: () => changes, watched: (store) => ({ ...store, begin: async () => watchedUnit(await store.begin()) }) };
}
