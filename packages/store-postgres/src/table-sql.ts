import type { Key, Row, Table } from '@ensemble/engine/store';
import { inKeyOrder, rowOf, rowsInKeyOrder } from '@ensemble/sql';
import { type ColumnCodec, columnCodec } from './codec.ts';
import { byKey, list, quoteName, taken, unnest } from './columns-sql.ts';
import type { Cells, Statement } from './statement.ts';
import { updatesOf } from './update-sql.ts';

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
  /** `before`: each of them as it was loaded; what is the same in all of them is left out. */
  update(rows: readonly Row[], before?: readonly Row[]): Statement;
  remove(keys: readonly Key[]): Statement;
}

/** @param label tells this table's prepared statements from those of another with the same name */
export function tableSql(table: Table, label: string): TableSql {
  const quoted = quoteName(table.name);
  const columns = Object.keys(table.columns).map((name) => columnCodec(table, name));
  const byName = new Map(columns.map((column) => [column.name, column]));
  const column = (name: string): ColumnCodec => byName.get(name) ?? columnCodec(table, name);
  const keys = table.key.map(column);
  const others = columns.filter(({ name }) => !table.key.includes(name));

  const arrays = (of: readonly ColumnCodec[], rows: readonly Row[]): string[] =>
    of.map((codec) => codec.many(rows.map((row) => row[codec.name])));
  const keyArrays = (wanted: readonly Key[]): string[] => keys.map((codec, i) => codec.many(wanted.map((key) => key[i])));

  const selectList = list(columns, ({ name, fromColumn }, i) => `${fromColumn(`t.${quoteName(name)}`)} c${i}`);
  const names = list(columns, ({ name }) => quoteName(name));
  // The lock stands inside `lateral`, so that rows are locked in the order of the array whatever the planner thinks of the table.
  const locked = `select r.* from ${unnest(keys)} cross join lateral (select ${selectList} from ${quoted} t where ${byKey(keys, keys)} for no key update) r`;
  const unlocked = `select ${selectList} from ${unnest(keys)} join ${quoted} t on ${byKey(keys, keys)}`;
  const sql = {
    load: table.shared ? unlocked : locked,
    insert: `insert into ${quoted} (${names}) select ${list(columns, (codec) => taken(columns, codec))} from ${unnest(columns)}`,
    // One row needs no array, and so no quoting: an outbox row is large.
    insertOne: `insert into ${quoted} (${names}) values (${list(columns, ({ type, toColumn }, i) => toColumn(`$${i + 1}::${type}`))})`,
    remove: `delete from ${quoted} t using ${unnest(keys)} where ${byKey(keys, keys)}`,
  };
  const updating = updatesOf({ name: quoted, label: `${label}.update`, keys, others });
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
    update(rows, before) {
      // Rows that were loaded without a lock may be others' by now: what is written must be whole.
      const { of, ...prepared } = updating(rows, table.shared ? undefined : before);
      return { ...prepared, values: [...arrays(of, rowsInKeyOrder(table, rows)), String(rows.length)] };
    },
    remove: (wanted) => statement('remove', keyArrays(inKeyOrder(wanted))),
  };
}
