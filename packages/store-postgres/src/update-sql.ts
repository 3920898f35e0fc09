/** Updates of the columns that changed: the others, often the longest, need not be written, sent and read. */
import type { Row } from '@ensemble/engine/store';
import type { ColumnCodec } from './codec.ts';
import { byKey, list, quoteName, taken, unnest } from './columns-sql.ts';

/** In the message of the error that an update of a row that is gone raises. */
export const goneMark = 'ensemble: rows that are gone';

interface Update {
  /** Of its prepared statement. */
  readonly name: string;
  readonly text: string;
  /** A parameter each, in this order, and one more: how many rows there are. */
  readonly of: readonly ColumnCodec[];
}

export interface Updated {
  /** In SQL. */
  readonly name: string;
  /** Of the prepared statements. */
  readonly label: string;
  readonly keys: readonly ColumnCodec[];
  /** The columns that are not of the key. */
  readonly others: readonly ColumnCodec[];
}

/** A session keeps each of them prepared: past so many of a table all columns are written. */
const most = 16;

/** The update for these rows; `before`: each as it was loaded, where that is known and still stands. */
export function updatesOf({ name, label, keys, others }: Updated): (rows: readonly Row[], before: readonly Row[] | undefined) => Update {
  const made = new Map<string, Update>();
  const idOf = (changed: readonly ColumnCodec[]): string => changed.map((codec) => others.indexOf(codec)).join('.');
  const all = make(others);

  function make(changed: readonly ColumnCodec[]): Update {
    const of = [...keys, ...changed];
    const sets = list(changed.length > 0 ? changed : keys, (codec) => `${quoteName(codec.name)} = ${taken(of, codec)}`);
    return {
      name: `${label}.${idOf(changed)}`,
      // The COMMIT is on its way behind this, so this must fail by itself where a row is gone: the mark is no number.
      text:
        `with changed as (update ${name} t set ${sets} from ${unnest(of)} where ${byKey(keys, of)} returning 1) ` +
        `select case when count(*) <> $${of.length + 1}::int8 then cast('${goneMark}' || count(*) as int4) end from changed`,
      of,
    };
  }
  return (rows, before) => {
    if (before === undefined) return all;
    const changed = others.filter((codec) => rows.some((row, i) => row[codec.name] !== before[i]?.[codec.name]));
    const id = idOf(changed);
    const known = made.get(id);
    if (known) return known;
    if (made.size === most) return all;
    const fresh = make(changed);
    made.set(id, fresh);
    return fresh;
  };
}
