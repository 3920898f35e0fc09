import { EnsembleError } from '@ensemble/errors';
import pg from 'pg';
import { asOwner } from './owner.ts';
import type { Place } from './place.ts';
import { scramVerifier } from './scram.ts';

/**
 * Makes the databases and the roles that are missing, all of them on one session; safe to repeat, and for several processes at once.
 * Resolves to the places whose roles it made.
 * Errors: STORE_UNAVAILABLE, ROLE_FORBIDDEN; a pg error where the admin may not make a database.
 */
export const provision = (adminUrl: string, places: readonly Place[]): Promise<ReadonlySet<Place>> =>
  asOwner(adminUrl, 'provision', async (client) => {
    const { rows } = await client.query<{ name: string }>(there, [places.map(({ role }) => role), places.map(({ database }) => database)]);
    const found = new Set(rows.map(({ name }) => name));
    const made = places.filter(({ role }) => !found.has(`role ${role}`));
    for (const place of made) await setRole(client, 'create', place);
    for (const { database } of places)
      if (!found.has(`database ${database}`)) await client.query(`create database ${pg.escapeIdentifier(database)}`);
    return new Set(made);
  });

const there = `select 'role ' || rolname as name from pg_roles where rolname = any($1)
  union all select 'database ' || datname from pg_database where datname = any($2)`;

/** insufficient_privilege: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const forbidden = '42501';

/** Errors: ROLE_FORBIDDEN. */
export async function setRole(client: pg.Client, verb: 'create' | 'alter', { role, password }: Place): Promise<void> {
  const verifier = await scramVerifier(password);
  try {
    await client.query(`${verb} role ${pg.escapeIdentifier(role)} login password ${pg.escapeLiteral(verifier)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== forbidden) throw error;
    throw new EnsembleError('ROLE_FORBIDDEN', `The URL's user may not ${verb} role ${role}: ${error.message}`, { role }, error);
  }
}
