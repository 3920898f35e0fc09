/** Given these rows, when this is decided, then …: a service's decisions, without an engine or a store. */
import type { Key, Row, RowOf, Rows, Table, Tables, View } from '@ensemble/engine';

export type GivenRows<T extends Tables> = { readonly [K in Exclude<keyof T, 'record'>]?: readonly RowOf<T[K]>[] } & {
  readonly record?: T['record'] extends Table ? RowOf<T['record']> | undefined : never;
};

export interface Given<T extends Tables> {
  /** The decision, for the test to compare. */
  when<F, D>(decide: (view: View<T>, facts: F) => D, facts: F): D;
}

export function given<T extends Tables>(tables: T, rows: GivenRows<T>): Given<T> {
  const byName = rows as Readonly<Record<string, readonly Row[] | undefined>>;
  const seen = Object.entries(tables).map(([name, table]) => [name, name === 'record' ? rows.record : view(table, byName[name] ?? [])]);
  return { when: (decide, facts) => decide(Object.fromEntries(seen) as View<T>, facts) };
}

type EngineColumn = 'orderId' | 'flow' | 'state' | 'answers' | 'updatedAt';

/** A record that is done, as the engine would have saved it: the domain's columns and, where they matter, the engine's. */
export const recorded = <T extends Table>(
  _of: T,
  columns: Omit<RowOf<T>, EngineColumn>,
  engine: Partial<Pick<RowOf<T>, EngineColumn & keyof RowOf<T>>> = {},
): RowOf<T> => ({ orderId, flow: 'a-flow', state: 'done', answers: {}, updatedAt: 0, ...columns, ...engine }) as unknown as RowOf<T>;

export const orderId = '01920000-0000-7000-8000-000000000001';

/** The table's rows once a decision is saved. Refuses a decision that saves one row twice: only one of the two would last. */
export function saved<R>(table: Table, rows: readonly R[], decided: readonly R[] = []): R[] {
  const after = new Map(rows.map((row) => [keyOf(table, row), row]));
  const changed = new Map(decided.map((row) => [keyOf(table, row), row]));
  if (changed.size < decided.length) throw new Error(`a decision saves a row of ${table.name} twice`);
  return [...new Map([...after, ...changed]).values()];
}

function view<T extends Table>(table: T, rows: readonly Row[]): Rows<T> {
  const byKey = new Map(rows.map((row) => [keyOf(table, row), row]));
  return { get: (...key: Key) => byKey.get(JSON.stringify(key)) as RowOf<T> | undefined };
}

const keyOf = (table: Table, row: unknown): string => JSON.stringify(table.key.map((column) => (row as Row)[column]));
