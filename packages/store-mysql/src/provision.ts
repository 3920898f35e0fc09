import { EnsembleError } from '@ensemble/errors';
import { urlIn } from '@ensemble/sql';
import { isOfServer, storeError } from './failure.ts';
import { asOwner, connected } from './owner.ts';

export interface ProvisionOptions {
  /** Of one who may create databases and users, and grant rights. */
  readonly adminUrl: string;
  readonly database: string;
  /** A user who can log in, do with each table what the migrations grant, and nothing else. */
  readonly role: string;
  readonly password: string;
}

export interface Provisioned {
  /** As one who may change the tables, for migrations. */
  readonly ownerUrl: string;
  /** As the role, for the store. */
  readonly url: string;
}

/**
 * Makes the database and the user where they are missing; safe to repeat, and for several processes at once. The password of a user
 * that is there is set only where it does not log in with it.
 * Errors: STORE_UNAVAILABLE; STORE_MISMATCH where the admin may not do it.
 */
export async function provision({ adminUrl, database, role, password }: ProvisionOptions): Promise<Provisioned> {
  const ownerUrl = urlIn(adminUrl, { database });
  const url = urlIn(adminUrl, { database, role, password });
  await asOwner(urlIn(adminUrl, { database: '' }), 'provision', async ({ rows, run, quoted, quotedUser }) => {
    try {
      const [there] = await rows('select 1 from information_schema.schemata where schema_name = ?', [database]);
      if (there === undefined) await run(`create database if not exists ${quoted(database)} character set utf8mb4`);
      await run(`create user if not exists ${quotedUser(role)} identified by ?`, [password]);
      // It gives nothing, and is refused to an admin who could not give what migrations grant. In a grant `_` and `%` stand for any
      // character, unless they are told not to.
      await run(`grant usage on ${quoted(database.replace(/[_%]/g, '\\$&'))}.* to ${quotedUser(role)}`);
      if (!(await logsIn(urlIn(adminUrl, { database: '', role, password }))))
        await run(`alter user ${quotedUser(role)} identified by ?`, [password]);
    } catch (error) {
      throw withoutPassword(error);
    }
  });
  return { ownerUrl, url };
}

/** https://mariadb.com/docs/server/reference/error-codes: access denied */
const refused = 1045;

async function logsIn(url: string): Promise<boolean> {
  try {
    const connection = await connected(url, 'provision');
    await connection.end();
    return true;
  } catch (error) {
    if (error instanceof EnsembleError && error.details['errno'] === refused) return false;
    throw error;
  }
}

/** The driver's errors carry the statement. */
const withoutPassword = (error: unknown): unknown => (isOfServer(error) ? storeError(error, '') : error);
