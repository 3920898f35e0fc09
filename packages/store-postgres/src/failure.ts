import { EnsembleError } from '@ensemble/errors';
import pg from 'pg';
import { goneMark } from './update-sql.ts';

/** The server's own word that a statement failed and its transaction with it; anything else may be a lost connection. */
export const isRefusal = (error: Error): error is pg.DatabaseError => error instanceof pg.DatabaseError && error.severity === 'ERROR';

/** The server's own word that it ends this session. */
export const isFarewell = (error: Error): boolean => error instanceof pg.DatabaseError && error.severity !== 'ERROR';

export const tableOf = (error: Error): string => (error instanceof pg.DatabaseError ? (error.table ?? '') : '');

// https://www.postgresql.org/docs/18/errcodes-appendix.html
const unavailable = /^(08...|53...|57(?!014)...|25006|25P0[34]|58...)$/; // connection, resources, operator, standby, idle too long, system
const mismatch = /^(0[LP]...|28...|3[DF]...|42(?!P05)...)$/; // grantor, role, login, database, schema; tables, columns, types, rights
const violations: readonly (readonly [code: RegExp, constraint: string])[] = [
  [/^23502$/, 'not null'],
  [/^(2[1237]...|44...)$/, 'type'], // cardinality, data exception, integrity constraint, triggered change, check option of a view
  [/^54...$/, 'limit'], // a row too long for a page or an index
  [/^(38...|39...|P0...)$/, 'trigger'], // what a function or trigger of a migration raises
];

/** The server's plan of a prepared statement is of no use any more: a column's type was changed, or all were discarded. */
export const isStalePlan = (error: Error): boolean =>
  error instanceof pg.DatabaseError && (error.code === '0A000' || error.code === '26000' || error.code === '42P05');

/**
 * An error of a statement as one of the table. `primaryKey` tells whether a unique violation is one of a primary key. What is in no
 * class is a conflict: it is tried again, and then counts as a violation of whoever meets it alone; so it never holds up the others.
 * The server's detail is left out: it quotes the row.
 */
export function storeError(error: Error, table: string, primaryKey = false): EnsembleError {
  if (error instanceof EnsembleError) return error;
  if (!(error instanceof pg.DatabaseError))
    return new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${error.message}`, {}, error);
  const { code = '', constraint, column, message } = error;
  if (code === '22P02' && message.includes(goneMark))
    return new EnsembleError('STORE_CONFLICT', `Rows of ${table} that were to be updated are gone.`, { table });
  if (code === '23505' && primaryKey) return new EnsembleError('STORE_CONFLICT', `A row of ${table} exists already.`, { table });
  const violation = violations.find(([pattern]) => pattern.test(code));
  if (violation !== undefined) {
    const which = constraint ?? violation[1];
    const details = { table, constraint: which, sqlstate: code, ...(column === undefined ? {} : { column }) };
    return new EnsembleError('STORE_VIOLATION', `The database refused a row of ${table}: ${which} (${code}).`, details);
  }
  if (unavailable.test(code)) return new EnsembleError('STORE_UNAVAILABLE', `The database cannot serve: ${message}`, { sqlstate: code });
  if (mismatch.test(code))
    return new EnsembleError('STORE_MISMATCH', `The database does not fit the program: ${message}`, { table, sqlstate: code });
  // deadlock, serialization, lock or statement timeout, a stale plan, an internal error, what is new
  return new EnsembleError('STORE_CONFLICT', `The database gave up the transaction: ${message}`, { table, sqlstate: code });
}
