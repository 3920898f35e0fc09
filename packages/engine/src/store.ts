/**
 * Where a participant keeps its rows: PostgreSQL, or memory in tests and simulation. Generic over the tables a service
 * declares, so that no service writes SQL for its hot path. A service's own migrations define its real tables.
 */

/** uuid, text → string · bigint, int → number (safe integers only) · timestamp → milliseconds since 1970 · json → any JSON value. */
export type ColumnType = 'uuid' | 'text' | 'bigint' | 'int' | 'boolean' | 'json' | 'timestamp';

/** A column's type in TypeScript; `nullable` columns may be null, and json columns carry their own type. */
export interface Column<T = unknown> {
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Never set: carries T for the compiler. */
  readonly is?: T;
}

export type Columns = Readonly<Record<string, Column>>;

/** In TypeScript columns are camelCase; in SQL the same names are snake_case. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** The columns of the primary key, in order. */
  readonly key: readonly string[];
  /** Rows that operations only read (prices): loaded without a lock, so that batches of several processes do not wait for each other. */
  readonly shared: boolean;
}

export type RowOf<T> = T extends Table<infer C> ? { readonly [K in keyof C]: C[K] extends Column<infer V> ? V : never } : never;
export type Row = Readonly<Record<string, unknown>>;
/** A primary key's values, in the order of `Table.key`. */
export type Key = readonly (string | number)[];
/** A key as one text: no text of a row holds NUL. */
export const keyText = (key: Key): string => (key.length === 1 ? String(key[0]) : key.join('\0'));

const column = <T>(type: ColumnType): Column<T> & { readonly orNull: Column<T | null> } => ({
  type,
  nullable: false,
  orNull: { type, nullable: true },
});

export const uuid = column<string>('uuid');
export const text = column<string>('text');
export const bigint = column<number>('bigint');
export const int = column<number>('int');
export const boolean = column<boolean>('boolean');
export const timestamp = column<number>('timestamp');
export const json = <T>(): Column<T> & { readonly orNull: Column<T | null> } => column<T>('json');

export const table = <const C extends Columns>(
  name: string,
  key: readonly (keyof C & string)[],
  columns: C,
  { shared = false }: { readonly shared?: boolean } = {},
): Table<C> => ({ name, key, columns, shared });

export interface Change {
  readonly table: Table;
  /** Plain inserts: an existing primary key is a conflict. */
  readonly insert?: readonly Row[];
  /** Whole rows by primary key; a row that is gone is a conflict. */
  readonly update?: readonly Row[];
  /**
   * Each of `update` as this unit loaded it, value for value: a store need not write what is the same (of a `shared` table, which others
   * may have changed meanwhile, it must), and a batch tells it to those who are told of its changes.
   */
  readonly before?: readonly Row[];
  /** Primary keys; a row that is gone already is fine. */
  readonly remove?: readonly Key[];
}

export interface Query {
  /** All must hold. `in` takes a list of values. */
  readonly where?: readonly (readonly [column: string, is: '=' | '<' | '<=' | '>' | '>=' | '!=' | 'in', value: unknown])[];
  readonly orderBy?: readonly (readonly [column: string, direction: 'asc' | 'desc'])[];
  readonly limit?: number;
}

/** One transaction. Not for concurrent use: await each call. After commit or rollback it is over. */
export interface Unit {
  /** The store's clock when the unit began: milliseconds since 1970. */
  readonly now: number;
  /**
   * Rows by primary key, `for no key update`, locked in key order whatever order they are asked in (those of a `shared` table
   * without a lock). Absent ones are left out.
   * Several tables are loaded in the order given.
   */
  load(wanted: readonly { readonly table: Table; readonly keys: readonly Key[] }[]): Promise<readonly (readonly Row[])[]>;
  /**
   * Saves set-based, in the order given, and commits.
   * Errors: STORE_CONFLICT (duplicate primary key, deadlock, serialization, lock timeout), STORE_VIOLATION (details: table,
   * constraint), STORE_UNAVAILABLE (nothing was committed), STORE_COMMIT_UNKNOWN. After an error the unit is rolled back.
   */
  commit(changes: readonly Change[]): Promise<void>;
  rollback(): Promise<void>;
}

export interface Store {
  /** Waits for a free writer connection. Errors: STORE_UNAVAILABLE. */
  begin(): Promise<Unit>;
  /** Reads without a lock, outside any unit, on a reader connection. */
  select(table: Table, query: Query): Promise<readonly Row[]>;
  /** How many rows there are, without a lock, on a reader connection. */
  count(table: Table): Promise<number>;
  health(): { readonly up: boolean; readonly problem: string };
  close(): Promise<void>;
}
