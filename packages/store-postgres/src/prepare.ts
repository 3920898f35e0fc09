import { connectPatience, type ReadSource, readSources, urlIn } from '@ensemble/sql';
import pg from 'pg';
import { storeError } from './failure.ts';
import { migrateOn, ownerOf } from './migrate.ts';
import { asOwner } from './owner.ts';
import { type Place, workUrl } from './place.ts';
import { provision, setRole } from './provision.ts';
import { giveRights, keepRights, rightsAreKept } from './rights.ts';
import { statementsOf } from './statements.ts';

/**
 * Databases with their roles, made where they are missing and brought up to date; safe to repeat, and for several processes at once.
 * Where everything is as it was left the role itself finds that out, with one statement, and the owner does nothing.
 * The password of a role that is there is set only where it does not log in with it.
 * Errors: MIGRATION_CHANGED, MIGRATION_INVALID, STORE_UNAVAILABLE, ROLE_FORBIDDEN; a pg error where the admin may not do the rest.
 */
export async function prepare(adminUrl: string, places: readonly Place[]): Promise<void> {
  const read = places.map((place) => ({ place, sources: readSources(place.sources, statementsOf) })); // all, before anything is done
  const made = await provision(adminUrl, places);
  const updating = read.map(({ place, sources }) => bringUpToDate({ adminUrl, place, isNew: made.has(place), sources }));
  await Promise.allSettled(updating); // where one fails the others have ended too
  await Promise.all(updating);
}

interface Updating {
  readonly adminUrl: string;
  readonly place: Place;
  readonly isNew: boolean;
  readonly sources: readonly ReadSource[];
}

async function bringUpToDate({ adminUrl, place, isNew, sources }: Updating): Promise<void> {
  const { database, role } = place;
  const found = isNew ? 'unfinished' : await look(workUrl(adminUrl, place), sources);
  if (found === 'ready') return;
  await asOwner(urlIn(adminUrl, { database }), 'prepare', async (client) => {
    await giveRights(client, database, role);
    if (found === 'locked out') await setRole(client, 'alter', place);
    await migrateOn(client, { sources, role, log: () => undefined });
    if ((await ownerOf(client)) !== role) await keepRights(client, role);
  });
}

const state = `select coalesce(json_agg(concat_ws(' ', source, version, checksum)), '[]') as applied, ${rightsAreKept} as kept from migrations`;

interface State {
  readonly applied: readonly string[];
  /** null: never yet. */
  readonly kept: boolean | null;
}

/** As the role. What it cannot see or do the owner sees to. Errors: STORE_UNAVAILABLE. */
async function look(url: string, sources: readonly ReadSource[]): Promise<'ready' | 'unfinished' | 'locked out'> {
  const client = new pg.Client({ connectionString: url, application_name: 'ensemble prepare', connectionTimeoutMillis: connectPatience });
  client.on('error', () => undefined); // connecting and asking say the same
  try {
    await client.connect();
    const { rows } = await client.query<State>(state);
    return rows[0]?.kept && isApplied(sources, rows[0].applied) ? 'ready' : 'unfinished';
  } catch (error) {
    const known = storeError(error as Error, 'migrations');
    if (known.code !== 'STORE_MISMATCH') throw known;
    return lockedOut.test(String(known.details['sqlstate'])) ? 'locked out' : 'unfinished';
  } finally {
    await client.end();
  }
}

/** invalid_authorization_specification, invalid_password: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockedOut = /^28(000|P01)$/;

/** All of the files and, of their sources, nothing else. */
function isApplied(sources: readonly ReadSource[], applied: readonly string[]): boolean {
  const wanted = sources.flatMap(({ name, migrations }) => migrations.map(({ version, checksum }) => `${name} ${version} ${checksum}`));
  const names = new Set(sources.map(({ name }) => name));
  const there = new Set(applied.filter((words) => names.has(words.split(' ')[0] ?? '')));
  return there.size === wanted.length && wanted.every((words) => there.has(words));
}
