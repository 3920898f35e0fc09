/** The rows that one batch sees: loaded once, changed in memory by each decision in turn, saved at the end as sets. */
import { type Change, type Key, keyText, type Row, type Table } from './store.ts';
import type { Rows, Tables } from './participant.ts';

interface Slot {
  readonly key: Key;
  row: Row | undefined;
  /** As it was loaded. */
  readonly stored: Row | undefined;
  changed: boolean;
}

type Views = Readonly<Record<string, Rows<Table>>>;

const rowKey = (table: Table, row: Row): Key => table.key.map((column) => row[column] as string | number);

export class Working {
  readonly #slots = new Map<Table, Map<string, Slot>>();
  readonly #views = new Map<Tables, Views>();
  readonly #below: Working | null;

  constructor(below: Working | null = null) {
    this.#below = below;
  }

  /** What a second decision sees before what the first one saves is taken. */
  over(rows: readonly (readonly [Table, Row])[]): Working {
    const above = new Working(this);
    for (const [table, row] of rows) above.put(table, row);
    return above;
  }

  /** Takes note of what was asked for and what came: the rest is absent. */
  loaded(table: Table, keys: readonly Key[], rows: readonly Row[]): void {
    const slots = this.#of(table);
    for (const key of keys) slots.set(keyText(key), { key, row: undefined, stored: undefined, changed: false });
    for (const row of rows) {
      const key = rowKey(table, row);
      slots.set(keyText(key), { key, row, stored: row, changed: false });
    }
  }

  has(table: Table, key: Key): boolean {
    return this.#slots.get(table)?.has(keyText(key)) || (this.#below?.has(table, key) ?? false);
  }

  /** A row that was not asked for is a mistake in the participant's `keys`, not an absent row. */
  get(table: Table, key: Key): Row | undefined {
    const slot = this.#slots.get(table)?.get(keyText(key));
    if (!slot && this.#below) return this.#below.get(table, key);
    if (!slot) throw new Error(`a decision reads ${table.name} ${key.join(', ')}, which its keys did not name`);
    return slot.row;
  }

  put(table: Table, row: Row): void {
    const slots = this.#of(table);
    const key = rowKey(table, row);
    const slot = slots.get(keyText(key));
    if (slot) Object.assign(slot, { row, changed: true });
    else slots.set(keyText(key), { key, row, stored: undefined, changed: true });
  }

  /** Of a table that was loaded; a row that is not there is fine. */
  remove(table: Table, key: Key): void {
    const slot = this.#of(table).get(keyText(key));
    if (slot) Object.assign(slot, { row: undefined, changed: true });
  }

  /** The rows of these tables but for the record, by the tables' names. */
  views(tables: Tables): Views {
    const known = this.#views.get(tables);
    if (known) return known;
    const others = Object.entries(tables).filter(([name]) => name !== 'record');
    const views: Views = Object.fromEntries(others.map(([name, table]) => [name, { get: (...key: Key) => this.get(table, key) }]));
    this.#views.set(tables, views);
    return views;
  }

  changes(tables: readonly Table[]): Change[] {
    return tables.flatMap((table) => {
      const changed = [...(this.#slots.get(table)?.values() ?? [])].filter((slot) => slot.changed);
      const insert = changed.flatMap(({ row, stored }) => (row && !stored ? [row] : []));
      const updated = changed.flatMap(({ row, stored }) => (row && stored ? [{ row, stored }] : []));
      const [update, before] = [updated.map(({ row }) => row), updated.map(({ stored }) => stored)];
      const remove = changed.flatMap(({ row, stored, key }) => (!row && stored ? [key] : []));
      if (insert.length + updated.length + remove.length === 0) return [];
      return [{ table, insert, update, before, ...(remove.length > 0 ? { remove } : {}) }];
    });
  }

  #of(table: Table): Map<string, Slot> {
    const slots = this.#slots.get(table) ?? new Map<string, Slot>();
    this.#slots.set(table, slots);
    return slots;
  }
}
