import type { Query } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import type { ColumnCodec } from './codec.ts';
import type { Statement, Value } from './statement.ts';
import { quoteName, type TableSql } from './table-sql.ts';

type Condition = NonNullable<Query['where']>[number];

/** A query as SQL with parameters. Null is a value to `=` and `!=`, and to no other comparison, and the greatest when ordered. */
export function querySql(sql: TableSql, query: Query): Statement {
  const values: Value[] = [];
  const parameter = (value: Value): string => {
    values.push(value);
    return '?';
  };

  const condition = ([name, is, value]: Condition): string => {
    const codec = comparable(name);
    const column = `t.${quoteName(name)}`;
    if (is === 'in') {
      const wanted = (value as readonly unknown[]).filter((item) => item !== null);
      return wanted.length === 0 ? 'false' : `${column} in (${wanted.map((item) => parameter(codec.write(item))).join()})`;
    }
    if (value === null) return is === '=' ? `${column} is null` : is === '!=' ? `${column} is not null` : 'false';
    const right = parameter(codec.write(value));
    return is === '!=' ? `not ${column} <=> ${right}` : `${column} ${is} ${right}`;
  };

  const order = ([name, direction]: NonNullable<Query['orderBy']>[number]): string => {
    const { nullable } = comparable(name);
    const column = `t.${quoteName(name)}`;
    const way = direction === 'desc' ? 'desc' : 'asc';
    return nullable ? `${column} is null ${way}, ${column} ${way}` : `${column} ${way}`;
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
  if (orderBy.length > 0) text += ` order by ${orderBy.map(order).join(', ')}`;
  if (limit !== undefined) text += ` limit ${parameter(limit)}`;
  return { text, values };
}
