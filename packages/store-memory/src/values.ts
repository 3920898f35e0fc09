import type { ColumnType, Key, Row, Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';

/** What a column can hold, and how it comes back: as PostgreSQL would have it. Undefined: it cannot. */
const kept: Readonly<Record<ColumnType, (value: unknown) => unknown>> = {
  uuid: (value) =>
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : undefined,
  text: (value) => (isText(value) ? value : undefined),
  bigint: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  int: integer(-2_147_483_648, 2_147_483_647),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  timestamp: integer(-62_135_596_800_000, 253_402_300_799_999), // years 1 to 9999
  json(value) {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : frozen(JSON.parse(text));
  },
};

const isText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();

function integer(least: number, most: number): (value: unknown) => number | undefined {
  // + 0: a database knows no -0
  return (value) => (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value + 0 : undefined);
}

/** Nobody can change what others read. */
function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

/** Errors: STORE_VIOLATION with table, column and constraint `type` or `not null`. */
export function keptValue(table: Table, name: string, value: unknown): unknown {
  const column = table.columns[name];
  if (column === undefined)
    throw new EnsembleError('STORE_MISMATCH', `Table ${table.name} has no column ${name}.`, { table: table.name, column: name });
  const refuse = (constraint: string): never => {
    throw new EnsembleError('STORE_VIOLATION', `A value does not fit ${table.name}.${name}.`, {
      table: table.name,
      column: name,
      constraint,
    });
  };
  if (value === null && (column.nullable || column.type !== 'json')) return column.nullable ? null : refuse('not null');
  return kept[column.type](value) ?? (value === null ? null : refuse(value === undefined ? 'not null' : 'type'));
}

export const keptRow = (table: Table, row: Row): Row =>
  Object.freeze(Object.fromEntries(Object.keys(table.columns).map((name) => [name, keptValue(table, name, row[name])])));

export const keptKey = (table: Table, key: Key): Key => table.key.map((name, i) => keptValue(table, name, key[i]) as string | number);
