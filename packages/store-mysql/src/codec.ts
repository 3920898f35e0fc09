import type { Column, ColumnType, Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { bigintText, intText, jsonText, plainText, safeInteger, timeText, uuidText } from '@ensemble/sql';
import type { Value } from './statement.ts';

/** How values of one column type travel. */
interface Codec {
  /** The column of a JSON_TABLE that is compared with this one: of the same collation, or no index would serve. */
  readonly sql: (textCollation: string) => string;
  /** A value (never null) as a parameter; undefined where the type cannot hold it. */
  readonly write: (value: unknown) => Value | undefined;
  readonly read: (cell: string | number) => unknown;
}

const number =
  (text: (value: unknown) => string | undefined) =>
  (value: unknown): number | undefined =>
    text(value) === undefined ? undefined : (value as number);

/** datetime(3) holds the years 1 to 9999 as they are; `timestamp` would end in 2038, and would follow the session's time zone. */
const writeTime = (value: unknown): string | undefined =>
  timeText(value) === undefined ? undefined : new Date(value as number).toISOString().slice(0, -1).replace('T', ' ');

const longText = (collation: string): string => `longtext character set utf8mb4 collate ${collation}`;

const codecs: Readonly<Record<ColumnType, Codec>> = {
  uuid: { sql: () => 'char(36) character set ascii collate ascii_bin', write: uuidText, read: (cell) => cell },
  text: { sql: longText, write: plainText, read: (cell) => cell },
  bigint: { sql: () => 'bigint', write: number(bigintText), read: safeInteger },
  int: { sql: () => 'int', write: number(intText), read: (cell) => cell },
  boolean: {
    sql: () => 'tinyint',
    write: (value) => (value === true ? 1 : value === false ? 0 : undefined),
    read: (cell) => cell === 1,
  },
  json: { sql: longText, write: jsonText, read: (cell): unknown => JSON.parse(String(cell)) },
  timestamp: { sql: () => 'datetime(3)', write: writeTime, read: (cell) => Date.parse(`${String(cell).replace(' ', 'T')}Z`) },
};

export interface ColumnCodec {
  readonly name: string;
  /** Its type in a JSON_TABLE. */
  readonly sql: string;
  readonly nullable: boolean;
  readonly isComparable: boolean;
  write(value: unknown): Value;
  read(cell: Value): unknown;
}

/** Errors of `write`: STORE_VIOLATION with table, column and constraint `type` or `not null`. */
export function columnCodec(table: Table, name: string, textCollation: string): ColumnCodec {
  const column: Column | undefined = table.columns[name];
  if (column === undefined)
    throw new EnsembleError('STORE_MISMATCH', `Table ${table.name} has no column ${name}.`, { table: table.name, column: name });
  const { sql, write, read } = codecs[column.type];
  const { nullable } = column;
  const refuse = (constraint: string): never => {
    const details = { table: table.name, column: name, constraint };
    throw new EnsembleError('STORE_VIOLATION', `A value does not fit ${table.name}.${name}.`, details);
  };
  const isNull = (value: unknown): boolean => value === null && (nullable || column.type !== 'json');
  return {
    name,
    sql: sql(textCollation),
    nullable,
    isComparable: column.type !== 'json',
    write(value) {
      if (isNull(value)) return nullable ? null : refuse('not null');
      return write(value) ?? refuse(value === undefined ? 'not null' : 'type');
    },
    read: (cell) => (cell === null ? null : read(cell)),
  };
}
