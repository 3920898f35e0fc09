import { EnsembleError } from '@ensemble/errors';

/** Who holds and waits: a unit. */
export type Owner = object;

/** Row locks as a database has them: held until the owner ends, waited for in turn, a circle of waiting broken at once. */
export interface Locks {
  /** Undefined when the row was free, or is the owner's already. Rejects: STORE_CONFLICT, where the wait would never end. */
  take(owner: Owner, row: string): Promise<void> | undefined;
  release(owner: Owner): void;
}

interface Lock {
  holder: Owner;
  readonly waiting: { readonly owner: Owner; readonly enter: () => void }[];
}

export function rowLocks(): Locks {
  const locks = new Map<string, Lock>();
  const held = new Map<Owner, string[]>();
  const waitsFor = new Map<Owner, Lock>();

  function own(owner: Owner, row: string): void {
    const rows = held.get(owner);
    if (rows === undefined) held.set(owner, [row]);
    else rows.push(row);
  }

  /** Takes it, or says false where it would have to wait. */
  function tryTake(owner: Owner, row: string): boolean {
    const lock = locks.get(row);
    if (lock === undefined) {
      locks.set(row, { holder: owner, waiting: [] });
      own(owner, row);
    }
    return lock === undefined || lock.holder === owner;
  }

  function closesCircle(owner: Owner, lock: Lock): boolean {
    for (let next: Lock | undefined = lock; next !== undefined; next = waitsFor.get(next.holder)) if (next.holder === owner) return true;
    return false;
  }

  return {
    take(owner, row) {
      if (tryTake(owner, row)) return undefined;
      const lock = locks.get(row);
      if (lock === undefined) return undefined;
      if (closesCircle(owner, lock))
        return Promise.reject(new EnsembleError('STORE_CONFLICT', 'Two units waited for each other (deadlock).'));
      waitsFor.set(owner, lock);
      return new Promise((resolve) => {
        const enter = (): void => {
          waitsFor.delete(owner);
          own(owner, row);
          resolve();
        };
        lock.waiting.push({ owner, enter });
      });
    },
    release(owner) {
      for (const row of held.get(owner) ?? []) {
        const lock = locks.get(row);
        const next = lock?.waiting.shift();
        if (lock === undefined || next === undefined) {
          locks.delete(row);
        } else {
          lock.holder = next.owner;
          next.enter();
        }
      }
      held.delete(owner);
    },
  };
}
