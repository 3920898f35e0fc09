import type { Row, Store, Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { rowLocks } from './locks.ts';
import { matching } from './query.ts';
import { beginUnit, type Fault } from './unit.ts';

export interface MemoryStoreOptions {
  /** Milliseconds since 1970. Default: the clock of the process. */
  readonly now?: () => number;
  /** May wait, and throw what a database would: STORE_UNAVAILABLE, STORE_CONFLICT, at `committed` STORE_COMMIT_UNKNOWN. */
  readonly fault?: Fault;
}

/** All rows at one moment. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, Row>>;

export interface MemoryStore extends Store {
  snapshot(): Snapshot;
  /** Not while a unit is open. */
  restore(snapshot: Snapshot): void;
}

type Rows = Map<string, Map<string, Row>>;

/**
 * Rows in memory, for tests and simulation, with the semantics of PostgreSQL at read committed: a unit locks what it loads and
 * others wait for it (a circle of waiting is a conflict), commits are atomic. Rows are frozen.
 */
export function memoryStore({ now = Date.now, fault = () => undefined }: MemoryStoreOptions = {}): MemoryStore {
  let rows: Rows = new Map();
  const locks = rowLocks();
  let closed = false;
  const of = (table: Table): Map<string, Row> => {
    const found = rows.get(table.name) ?? new Map<string, Row>();
    rows.set(table.name, found);
    return found;
  };
  const open = (): void => {
    if (closed) throw new EnsembleError('STORE_UNAVAILABLE', 'The store is closed.');
  };
  return {
    async begin() {
      open();
      await fault('begin');
      return beginUnit({ rowsOf: of, locks, fault, now: now() });
    },
    async select(table, query) {
      open();
      return matching(table, of(table).values(), query).slice(0, query.limit);
    },
    async count(table) {
      open();
      return of(table).size;
    },
    health: () => ({ up: !closed, problem: closed ? 'closed' : '' }),
    async close() {
      closed = true;
    },
    snapshot: () => copy(rows),
    restore(snapshot) {
      rows = copy(snapshot);
    },
  };
}

const copy = (rows: Snapshot): Rows => new Map([...rows].map(([name, of]) => [name, new Map(of)]));
