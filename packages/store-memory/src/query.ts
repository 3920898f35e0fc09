import type { Query, Row, Table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { keptValue } from './values.ts';

type Condition = NonNullable<Query['where']>[number];

/** The rows of a query in its order, before its limit. Null is a value to `=` and `!=`, and to no other comparison. */
export function matching(table: Table, rows: Iterable<Row>, { where = [], orderBy = [] }: Query): readonly Row[] {
  const tests = where.map((condition) => test(table, condition));
  for (const [name] of orderBy) comparable(table, name);
  const found = [...rows].filter((row) => tests.every((holds) => holds(row)));
  if (orderBy.length === 0) return found;
  return found.toSorted((a, b) => {
    for (const [name, way] of orderBy) {
      const order = compare(a[name], b[name]);
      if (order !== 0) return way === 'desc' ? -order : order;
    }
    return 0;
  });
}

function test(table: Table, [name, is, value]: Condition): (row: Row) => boolean {
  comparable(table, name);
  if (is === 'in') {
    const wanted = new Set((value as readonly unknown[]).filter((item) => item !== null).map((item) => keptValue(table, name, item)));
    return (row) => wanted.has(row[name]);
  }
  if (value === null) return (row) => (is === '=' ? row[name] === null : is === '!=' ? row[name] !== null : false);
  const right = keptValue(table, name, value);
  if (is === '=') return (row) => row[name] === right;
  if (is === '!=') return (row) => row[name] !== right;
  const holds = (order: number): boolean => (is === '<' ? order < 0 : is === '<=' ? order <= 0 : is === '>' ? order > 0 : order >= 0);
  return (row) => row[name] !== null && holds(compare(row[name], right));
}

function comparable(table: Table, name: string): void {
  if (table.columns[name]?.type === 'json') {
    throw new EnsembleError('STORE_MISMATCH', `${table.name}.${name} is json: it cannot be compared.`, { table: table.name });
  }
}

/** As PostgreSQL orders: null is the greatest, text goes by code points. */
export function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'string' && typeof b === 'string') return comparePoints(a, b);
  return (a as number) < (b as number) ? -1 : 1;
}

function comparePoints(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Half of a pair stands for a code point above all others.
    return isHalf(x) === isHalf(y) ? x - y : isHalf(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
