import type { Column, ColumnType, Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { bigintText, intText, jsonText, plainText, safeInteger, timeText, uuidText } from '@ensemble/sql';

/** How values of one column type travel. Nothing is converted by the driver: parameters and cells are text. */
interface Codec {
  /** The parameter's type in SQL. */
  readonly sql: string;
  /** The text of a value (never null); undefined where the type cannot hold it. */
  readonly write: (value: unknown) => string | undefined;
  /** The same as an element of an array literal; absent where it needs no quotes. */
  readonly quote?: (text: string) => string;
  /** How many values travel in one parameter; absent: as an array literal. */
  readonly list?: List;
  readonly read: (cell: string) => unknown;
  /** A parameter as a value of the column, and a column as what `read` takes. */
  readonly toColumn?: (sql: string) => string;
  readonly fromColumn?: (sql: string) => string;
}

/** What stands between values, and instead of null; the array of a parameter in SQL. */
interface List {
  readonly separator: string;
  readonly absent: string;
  readonly toArray: (parameter: string) => string;
}

/**
 * JSON is kept as text: nobody queries inside, and each check of what was made here costs a third of an update. It holds no control
 * characters: quoting it for an array literal, and taking the quotes off again, costs as much as making it.
 */
const jsonList: List = {
  separator: '\u001e',
  absent: '\u001f',
  toArray: (parameter) => `string_to_array(${parameter}::text, e'\\x1e', e'\\x1f')`,
};

const codecs: Readonly<Record<ColumnType, Codec>> = {
  uuid: {
    sql: 'uuid',
    write: uuidText,
    read: (cell) => cell,
  },
  text: { sql: 'text', write: plainText, quote: quoteText, read: (cell) => cell },
  bigint: { sql: 'int8', write: bigintText, read: safeInteger },
  int: { sql: 'int4', write: intText, read: Number },
  boolean: { sql: 'bool', write: (value) => (value === true ? 't' : value === false ? 'f' : undefined), read: (cell) => cell === 't' },
  json: { sql: 'text', write: jsonText, list: jsonList, read: (cell): unknown => JSON.parse(cell) },
  timestamp: {
    sql: 'float8',
    write: timeText,
    read: (cell) => Math.round(Number(cell)),
    toColumn: (sql) => `to_timestamp(${sql} / 1000)`,
    fromColumn: (sql) => `date_part('epoch', ${sql}) * 1000`,
  },
};

/** JSON writes them as escapes, an array literal as they are. */
const control = /\p{Cc}/u;

function quoteText(text: string): string {
  return control.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
}

export interface ColumnCodec {
  readonly name: string;
  /** In SQL. */
  readonly type: string;
  readonly isComparable: boolean;
  /** As a scalar parameter. */
  one(value: unknown): string | null;
  /** As one parameter that holds many, and the array that it is in SQL. */
  many(values: readonly unknown[]): string;
  readonly toArray: (parameter: string) => string;
  read(cell: string | null): unknown;
  readonly toColumn: (sql: string) => string;
  readonly fromColumn: (sql: string) => string;
}

const same = (sql: string): string => sql;

/** Errors of `one` and `many`: STORE_VIOLATION with table, column and constraint `type` or `not null`. */
export function columnCodec(table: Table, name: string): ColumnCodec {
  const column: Column | undefined = table.columns[name];
  if (column === undefined)
    throw new EnsembleError('STORE_MISMATCH', `Table ${table.name} has no column ${name}.`, { table: table.name, column: name });
  const { sql, write, quote, list, read, toColumn = same, fromColumn = same } = codecs[column.type];
  const { separator, absent, toArray } = list ?? {
    separator: ',',
    absent: 'NULL',
    toArray: (parameter: string) => `${parameter}::${sql}[]`,
  };
  const { nullable } = column;
  const refuse = (constraint: string): never => {
    throw new EnsembleError('STORE_VIOLATION', `A value does not fit ${table.name}.${name}.`, {
      table: table.name,
      column: name,
      constraint,
    });
  };
  const isNull = (value: unknown): boolean => value === null && (nullable || column.type !== 'json');
  const one = (value: unknown): string | null => {
    if (isNull(value)) return nullable ? null : refuse('not null');
    return write(value) ?? refuse(value === undefined ? 'not null' : 'type');
  };
  return {
    name,
    type: sql,
    isComparable: column.type !== 'json',
    one,
    many(values) {
      const texts = values.map((value) => {
        const text = one(value);
        if (text === null) return absent;
        return quote === undefined ? text : quote(text);
      });
      const joined = texts.join(separator);
      return list === undefined ? `{${joined}}` : joined;
    },
    toArray,
    read: (cell) => (cell === null ? null : read(cell)),
    toColumn,
    fromColumn,
  };
}
