/** Many rows as the parameters of one statement: an array a column. */
import { snake } from '@ensemble/sql';
import type { ColumnCodec } from './codec.ts';

export const quoteName = (name: string): string => `"${snake(name).replaceAll('"', '""')}"`;

export const list = <T>(items: readonly T[], sql: (item: T, i: number) => string, separator = ', '): string =>
  items.map(sql).join(separator);

/** `unnest($1::uuid[], $2::text[]) u(c0, c1)`. */
export const unnest = (of: readonly ColumnCodec[]): string =>
  `unnest(${list(of, ({ toArray }, i) => toArray(`$${i + 1}`))}) u(${list(of, (_, i) => `c${i}`)})`;

/** A column of that, as the table's. */
export const taken = (of: readonly ColumnCodec[], wanted: ColumnCodec): string => wanted.toColumn(`u.c${of.indexOf(wanted)}`);

/** The rows of the table `t` that it names. */
export const byKey = (keys: readonly ColumnCodec[], of: readonly ColumnCodec[]): string =>
  list(keys, (key) => `t.${quoteName(key.name)} = ${taken(of, key)}`, ' and ');
