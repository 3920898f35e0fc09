import type { Query } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import type { ColumnCodec } from './codec.ts';
import { quoteName } from './columns-sql.ts';
import type { TableSql } from './table-sql.ts';

type Condition = NonNullable<Query['where']>[number];

/**
 * A query as SQL with parameters. Null is a value to `=` and `!=`, and to no other comparison; text is ordered bytewise
 * (an index serves that order if its column says `collate "C"`, or the database does).
 */
export function querySql(sql: TableSql, query: Query): { readonly text: string; readonly values: readonly string[] } {
  const values: string[] = [];
  const parameter = (value: string, type: string): string => `$${values.push(value)}::${type}`;

  const condition = ([name, is, value]: Condition): string => {
    const codec = comparable(name);
    const column = `t.${quoteName(name)}`;
    if (is === 'in') {
      const wanted = (value as readonly unknown[]).filter((item) => item !== null);
      // As a subquery, because a parameter's array has to be converted element by element.
      return `${column} in (select ${codec.toColumn('u')} from unnest(${codec.toArray(`$${values.push(codec.many(wanted))}`)}) u)`;
    }
    if (value === null) return is === '=' ? `${column} is null` : is === '!=' ? `${column} is not null` : 'false';
    const right = codec.toColumn(parameter(codec.one(value) ?? '', codec.type));
    if (is === '=') return `${column} = ${right}`;
    return is === '!=' ? `${column} is distinct from ${right}` : `${ordered(codec, column)} ${is} ${right}`;
  };

  function comparable(name: string): ColumnCodec {
    const codec = sql.column(name);
    if (!codec.isComparable)
      throw new EnsembleError('STORE_MISMATCH', `${sql.table.name}.${name} is json: it cannot be compared.`, { table: sql.table.name });
    return codec;
  }

  const { where = [], orderBy = [], limit } = query;
  let text = `select ${sql.columns} from ${sql.quoted} t`;
  if (where.length > 0) text += ` where ${where.map(condition).join(' and ')}`;
  if (orderBy.length > 0)
    text += ` order by ${orderBy.map(([name, way]) => `${ordered(comparable(name), `t.${quoteName(name)}`)} ${way === 'desc' ? 'desc' : 'asc'}`).join(', ')}`;
  if (limit !== undefined) text += ` limit ${parameter(String(limit), 'int8')}`;
  return { text, values };
}

const ordered = (codec: ColumnCodec, column: string): string => (codec.type === 'text' ? `${column} collate "C"` : column);
