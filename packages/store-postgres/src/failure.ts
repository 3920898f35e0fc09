import { EnsembleError } from '@ensemble/errors';
import pg from 'pg';
import { goneMark } from './table-sql.ts';

/** The server's own word that a statement failed and its transaction with it; anything else may be a lost connection. */
export const isRefusal = (error: Error): error is pg.DatabaseError => error instanceof pg.DatabaseError && error.severity === 'ERROR';

/** The server's own word that it ends this session. */
export const isFarewell = (error: Error): boolean => error instanceof pg.DatabaseError && error.severity !== 'ERROR';

export const tableOf = (error: Error): string => (error instanceof pg.DatabaseError ? (error.table ?? '') : '');

// https://www.postgresql.org/docs/18/errcodes-appendix.html
const conflicts = /^(40...|55P03)$/; // rollback (deadlock, serialization), lock timeout
const unavailable = /^(08...|53...|57...|25006|25P0[34]|58...|XX...)$/; // connection, resources, operator, standby, idle too long, system
const values = /^2[23]...$/; // data exception, integrity constraint

/**
 * An error of a statement as one of the table. `primaryKey` tells whether a unique violation is one of a primary key.
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
  if (conflicts.test(code))
    return new EnsembleError('STORE_CONFLICT', `The database gave way to another transaction: ${message}`, { table, sqlstate: code });
  if (values.test(code)) {
    const which = constraint ?? (code === '23502' ? 'not null' : 'type');
    const details = { table, constraint: which, sqlstate: code, ...(column === undefined ? {} : { column }) };
    return new EnsembleError('STORE_VIOLATION', `The database refused a row of ${table}: ${which} (${code}).`, details);
  }
  if (unavailable.test(code)) return new EnsembleError('STORE_UNAVAILABLE', `The database cannot serve: ${message}`, { sqlstate: code });
  return new EnsembleError('STORE_MISMATCH', `The database does not fit the program: ${message}`, { table, sqlstate: code });
}

export const commitUnknown = (error: Error): EnsembleError =>
  new EnsembleError('STORE_COMMIT_UNKNOWN', `The answer to COMMIT is lost: ${error.message}`, {}, error);
