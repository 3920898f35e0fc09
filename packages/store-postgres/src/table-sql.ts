import type { Key, Row, Table } from '@ensemble/engine/store';
import { inKeyOrder, rowOf, rowsInKeyOrder, snake } from '@ensemble/sql';
import { type ColumnCodec, columnCodec } from './codec.ts';
import type { Cells, Statement } from './statement.ts';

/** What one table needs in SQL, made once. */
export interface TableSql {
  readonly table: Table;
  readonly quoted: string;
  /** The select list that `row` reads. */
  readonly columns: string;
  column(name: string): ColumnCodec;
  row(cells: Cells): Row;
  load(keys: readonly Key[]): Statement;
  insert(rows: readonly Row[]): Statement;
  update(rows: readonly Row[]): Statement;
  remove(keys: readonly Key[]): Statement;
}

/** In the message of the error that an update of a row that is gone raises. */
export const goneMark = 'ensemble: rows that are gone';

export const quoteName = (name: string): string => `"${snake(name).replaceAll('"', '""')}"`;

const list = <T>(items: readonly T[], sql: (item: T, i: number) => string, separator = ', '): string => items.map(sql).join(separator);

/** @param label tells this table's prepared statements from those of another with the same name */
export function tableSql(table: Table, label: string): TableSql {
  const quoted = quoteName(table.name);
  const columns = Object.keys(table.columns).map((name) => columnCodec(table, name));
  const byName = new Map(columns.map((column) => [column.name, column]));
  const column = (name: string): ColumnCodec => byName.get(name) ?? columnCodec(table, name);
  const keys = table.key.map(column);
  const others = columns.filter(({ name }) => !table.key.includes(name));

  /** `unnest($1::uuid[], $2::text[]) u(c0, c1)`, and its columns as those of the table. */
  const unnest = (of: readonly ColumnCodec[]): string =>
    `unnest(${list(of, ({ toArray }, i) => toArray(`$${i + 1}`))}) u(${list(of, (_, i) => `c${i}`)})`;
  const taken = (of: readonly ColumnCodec[], wanted: ColumnCodec): string => wanted.toColumn(`u.c${of.indexOf(wanted)}`);
  const byKey = (of: readonly ColumnCodec[]): string => list(keys, (key) => `t.${quoteName(key.name)} = ${taken(of, key)}`, ' and ');
  const arrays = (of: readonly ColumnCodec[], rows: readonly Row[]): string[] =>
    of.map((codec) => codec.many(rows.map((row) => row[codec.name])));
  const keyArrays = (wanted: readonly Key[]): string[] => keys.map((codec, i) => codec.many(wanted.map((key) => key[i])));

  const selectList = list(columns, ({ name, fromColumn }, i) => `${fromColumn(`t.${quoteName(name)}`)} c${i}`);
  const names = list(columns, ({ name }) => quoteName(name));
  // The lock stands inside `lateral`, so that rows are locked in the order of the array whatever the planner thinks of the table.
  const locked = `select r.* from ${unnest(keys)} cross join lateral (select ${selectList} from ${quoted} t where ${byKey(keys)} for no key update) r`;
  const unlocked = `select ${selectList} from ${unnest(keys)} join ${quoted} t on ${byKey(keys)}`;
  const sets = list(others.length > 0 ? others : keys, (codec) => `${quoteName(codec.name)} = ${taken(columns, codec)}`);
  const sql = {
    load: table.shared ? unlocked : locked,
    insert: `insert into ${quoted} (${names}) select ${list(columns, (codec) => taken(columns, codec))} from ${unnest(columns)}`,
    // One row needs no array, and so no quoting: an outbox row is large.
    insertOne: `insert into ${quoted} (${names}) values (${list(columns, ({ type, toColumn }, i) => toColumn(`$${i + 1}::${type}`))})`,
    // The COMMIT is on its way behind this, so this must fail by itself where a row is gone: the mark is no number.
    update:
      `with changed as (update ${quoted} t set ${sets} from ${unnest(columns)} where ${byKey(columns)} returning 1) ` +
      `select case when count(*) <> $${columns.length + 1}::int8 then cast('${goneMark}' || count(*) as int4) end from changed`,
    remove: `delete from ${quoted} t using ${unnest(keys)} where ${byKey(keys)}`,
  };
  const statement = (kind: keyof typeof sql, values: readonly (string | null)[]): Statement => ({
    name: `${label}.${kind}`,
    text: sql[kind],
    values,
  });

  return {
    table,
    quoted,
    columns: selectList,
    column,
    row: rowOf(columns),
    load: (wanted) => statement('load', keyArrays(inKeyOrder(wanted))),
    insert(rows) {
      const [only] = rows;
      if (rows.length === 1 && only !== undefined)
        return statement(
          'insertOne',
          columns.map(({ name, one }) => one(only[name])),
        );
      return statement('insert', arrays(columns, rowsInKeyOrder(table, rows)));
    },
    update: (rows) => statement('update', [...arrays(columns, rowsInKeyOrder(table, rows)), String(rows.length)]),
    remove: (wanted) => statement('remove', keyArrays(inKeyOrder(wanted))),
  };
}
