import { EnsembleError } from '@ensemble/errors';

/** What the driver makes of the server's word that a statement failed. (It also carries the statement, with the rows in it.) */
interface ServerError extends Error {
  readonly errno: number;
  readonly sqlMessage: string;
}

export const isOfServer = (error: unknown): error is ServerError =>
  error instanceof Error && 'sqlMessage' in error && typeof error.sqlMessage === 'string' && 'errno' in error;

// https://mariadb.com/docs/server/reference/error-codes, https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
const farewells = new Set([1053, 1079, 1080, 1927, 3169, 4031]); // shutdown, killed, idle too long
const resources = [1021, 1037, 1038, 1040, 1041, 1114, 1203, 1226]; // disk, memory, connections, a full table
const network = [1042, 1043, 1152, 1153, 1158, 1159, 1160, 1161, 1184];
const readOnly = [1290, 1792, 1836]; // a replica, or a server on its way down
const unavailable = new Set([...farewells, ...resources, ...network, ...readOnly]);
/** Rights and passwords, databases, tables and columns, syntax, collations. */
const mismatch = new Set([1044, 1045, 1046, 1049, 1051, 1054, 1064, 1109, 1142, 1143, 1146, 1227, 1267, 1305, 1370, 1698]);
const duplicate = new Set([1062, 1586]);
const violations: readonly (readonly [constraint: string, errors: ReadonlySet<number>])[] = [
  ['not null', new Set([1048, 1364, 1566])],
  ['type', new Set([1264, 1265, 1292, 1366, 1367, 1411, 4174])],
  ['limit', new Set([1118, 1406, 1713])],
  ['foreign key', new Set([1216, 1217, 1451, 1452])],
  ['check', new Set([3819, 4025])],
  ['trigger', new Set([1644])],
];

/** The server's own word that a statement failed, and that the session goes on; anything else may be a lost connection. */
export const isRefusal = (error: Error): boolean => error instanceof EnsembleError || (isOfServer(error) && !farewells.has(error.errno));

/** Names of constraints and columns stand in the message, and nowhere else. */
const named = {
  key: /for key '(?:[^']*\.)?([^'.]+)'$/,
  constraint: /constraint [`']([^`']+)[`']/i,
  column: /column (?:`[^`]*`\.)*[`']([^`']+)[`']/i,
};

/**
 * An error of a statement as one of the table. What is in no class is a conflict: it is tried again, and then counts as a violation of
 * whoever meets it alone; so it never holds up the others. The server's message about a row is left out: it quotes the row.
 */
export function storeError(error: Error, table: string): EnsembleError {
  if (error instanceof EnsembleError) return withTable(error, table);
  if (!isOfServer(error)) return new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${error.message}`);
  const { errno, sqlMessage } = error;
  if (duplicate.has(errno)) {
    const key = named.key.exec(sqlMessage)?.[1] ?? 'unique';
    if (key === 'PRIMARY') return new EnsembleError('STORE_CONFLICT', `A row of ${table} exists already.`, { table });
    return violation(table, key, errno);
  }
  const kind = violations.find(([, errors]) => errors.has(errno))?.[0];
  if (kind !== undefined) {
    const column = named.column.exec(sqlMessage)?.[1];
    return violation(table, named.constraint.exec(sqlMessage)?.[1] ?? kind, errno, column);
  }
  if (unavailable.has(errno)) return new EnsembleError('STORE_UNAVAILABLE', `The database cannot serve: ${sqlMessage}`, { errno });
  if (mismatch.has(errno))
    return new EnsembleError('STORE_MISMATCH', `The database does not fit the program: ${sqlMessage}`, { table, errno });
  // deadlock, lock or statement timeout, an interrupted query, an internal error, what is new
  return new EnsembleError('STORE_CONFLICT', `The database gave up the transaction: ${sqlMessage}`, { table, errno });
}

function violation(table: string, constraint: string, errno: number, column?: string): EnsembleError {
  const details = { table, constraint, errno, ...(column === undefined ? {} : { column }) };
  return new EnsembleError('STORE_VIOLATION', `The database refused a row of ${table}: ${constraint} (${errno}).`, details);
}

const withTable = (error: EnsembleError, table: string): EnsembleError =>
  table === '' || 'table' in error.details ? error : new EnsembleError(error.code, error.message, { ...error.details, table });

export const gone = (table: string): EnsembleError =>
  new EnsembleError('STORE_CONFLICT', `Rows of ${table} that were to be updated are gone.`, { table });
