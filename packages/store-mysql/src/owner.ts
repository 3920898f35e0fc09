import { EnsembleError } from '@ensemble/errors';
import { connectPatience } from '@ensemble/sql';
import mysql from 'mysql2/promise';
import { storeError } from './failure.ts';

/** The driver's connection, and its rows as arrays of text, numbers and null. */
export interface Owner {
  rows(text: string, values?: readonly (string | number)[]): Promise<readonly (readonly unknown[])[]>;
  run(text: string, values?: readonly (string | number)[]): Promise<void>;
  quoted(name: string): string;
  /** A user who may come from anywhere. */
  quotedUser(name: string): string;
}

/** Seconds to wait for another process that prepares the same database. */
const patience = 120;

/**
 * Work as the owner, on a connection of its own, one process at a time per database (or, where the URL names none, per server).
 * Errors: STORE_UNAVAILABLE, STORE_MISMATCH where the login is refused.
 */
export async function asOwner<T>(url: string, applicationName: string, work: (owner: Owner) => Promise<T>): Promise<T> {
  const connection = await connected(url, applicationName);
  const rows: Owner['rows'] = async (text, values = []) => {
    const [found] = await connection.query<mysql.RowDataPacket[][]>({ sql: text, values: [...values], rowsAsArray: true });
    return found;
  };
  try {
    // The lock's name is the server's, and at most 64 characters long. It ends with the session.
    const [locked] = await rows("select get_lock(concat('ensemble ', sha1(coalesce(database(), ''))), ?)", [patience]);
    if (locked?.[0] !== 1) throw new EnsembleError('STORE_UNAVAILABLE', 'Another process has been preparing the database for too long.');
    return await work({
      rows,
      run: async (text, values = []) => {
        await connection.query(text, [...values]);
      },
      quoted: (name) => mysql.escapeId(name, true),
      quotedUser: (name) => `${mysql.escape(name)}@'%'`,
    });
  } finally {
    await connection.end().catch(() => connection.destroy()); // what ran on it has said what is wrong
  }
}

/** Errors: STORE_UNAVAILABLE, STORE_MISMATCH where the login is refused. */
export async function connected(url: string, applicationName: string): Promise<mysql.Connection> {
  try {
    const connection = await mysql.createConnection({
      uri: url,
      charset: 'UTF8MB4_BIN',
      flags: ['-LOCAL_FILES'],
      connectTimeout: connectPatience,
      connectAttributes: { program_name: `ensemble ${applicationName}` },
    });
    connection.on('error', () => undefined); // what runs on it says the same
    await connection.query("set session lc_messages = 'en_US'");
    return connection;
  } catch (error) {
    throw storeError(error as Error, '');
  }
}
