import type { Key, Row, Table } from '@ensemble/engine/store';
import { inKeyOrder, rowOf, rowsInKeyOrder, snake } from '@ensemble/sql';
import { inChunks } from './chunks.ts';
import { type ColumnCodec, columnCodec } from './codec.ts';
import type { Cells, Statement, Value } from './statement.ts';

/** What one table needs in SQL, made once. Rows travel as one JSON array, except to an insert. */
export interface TableSql {
  readonly table: Table;
  readonly quoted: string;
  /** The select list that `row` reads. */
  readonly columns: string;
  column(name: string): ColumnCodec;
  row(cells: Cells): Row;
  load(keys: readonly Key[]): Statement;
  insert(rows: readonly Row[]): readonly Statement[];
  update(rows: readonly Row[]): readonly Statement[];
  remove(keys: readonly Key[]): readonly Statement[];
}

export const quoteName = (name: string): string => `\`${snake(name).replaceAll('`', '``')}\``;

const list = <T>(items: readonly T[], sql: (item: T, i: number) => string, separator = ', '): string => items.map(sql).join(separator);

export function tableSql(table: Table, textCollation: string): TableSql {
  const quoted = quoteName(table.name);
  const columns = Object.keys(table.columns).map((name) => columnCodec(table, name, textCollation));
  const byName = new Map(columns.map((column) => [column.name, column]));
  const column = (name: string): ColumnCodec => byName.get(name) ?? columnCodec(table, name, textCollation);
  const keys = table.key.map(column);
  const others = columns.filter(({ name }) => !table.key.includes(name));
  const changed = others.length > 0 ? others : keys;

  /** `json_table(?, …) u`: a row of it for each element of a JSON array of arrays. What it cannot read is an error, not null. */
  const given = (of: readonly ColumnCodec[]): string =>
    `json_table(?, '$[*]' columns (${list(of, ({ sql }, i) => `c${i} ${sql} path '$[${i}]' error on error`)})) u`;
  // The array outside and the primary key inside, whatever the planner thinks of the table: rows are locked in the order of the array.
  // Left to itself it reads a small table whole, and locks all of it.
  const byKey = (of: readonly ColumnCodec[]): string =>
    `${given(of)} straight_join ${quoted} t force index (primary) on ${list(keys, (key) => `t.${quoteName(key.name)} = u.c${of.indexOf(key)}`, ' and ')}`;

  const selectList = list(columns, ({ name }) => `t.${quoteName(name)}`);
  const sql = {
    load: `select ${selectList} from ${byKey(keys)}${table.shared ? '' : ' for update'}`,
    insert: `insert into ${quoted} (${list(columns, ({ name }) => quoteName(name))}) values `,
    update: `update ${byKey(columns)} set ${list(changed, (codec) => `t.${quoteName(codec.name)} = u.c${columns.indexOf(codec)}`)}`,
    updateOne: `update ${quoted} set ${list(changed, ({ name }) => `${quoteName(name)} = ?`)} where ${list(keys, ({ name }) => `${quoteName(name)} = ?`, ' and ')}`,
    remove: `delete t from ${byKey(keys)}`,
  };
  const placeholders = `(${list(columns, () => '?')})`;
  const cellsOf = (of: readonly ColumnCodec[], row: Row): Value[] => of.map((codec) => codec.write(row[codec.name]));
  const keyCells = (wanted: readonly Key[]): Value[][] => inKeyOrder(wanted).map((key) => keys.map((codec, i) => codec.write(key[i])));
  const sorted = (rows: readonly Row[]): Value[][] => rowsInKeyOrder(table, rows).map((row) => cellsOf(columns, row));

  return {
    table,
    quoted,
    columns: selectList,
    column,
    row: rowOf(columns),
    load: (wanted) => ({ text: sql.load, values: [JSON.stringify(keyCells(wanted))] }),
    insert: (rows) =>
      inChunks(sorted(rows)).map((some) => ({ text: sql.insert + some.map(() => placeholders).join(), values: some.flat() })),
    update(rows) {
      const [only] = rows;
      if (rows.length === 1 && only !== undefined)
        return [{ text: sql.updateOne, values: [...cellsOf(changed, only), ...cellsOf(keys, only)], finds: 1 }];
      return inChunks(sorted(rows)).map((some) => ({ text: sql.update, values: [JSON.stringify(some)], finds: some.length }));
    },
    remove: (wanted) => inChunks(keyCells(wanted)).map((some) => ({ text: sql.remove, values: [JSON.stringify(some)] })),
  };
}
