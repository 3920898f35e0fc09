import { EnsembleError } from '@ensemble/errors';
import { type Provisioned, type ProvisionOptions, urlIn } from '@ensemble/sql';
import pg from 'pg';
import { asOwner } from './owner.ts';
import { scramVerifier } from './scram.ts';

/**
 * Makes the database and the role where they are missing; safe to repeat, and for several processes at once.
 * The role's rights are given on tables that come, and on those that were made before the role came; never again on others: a migration
 * may have taken some away. (Of the older tables it takes them when all migrations' words about the role are repeated.)
 * The password of a role that is there is set only where it does not log in with it.
 * Errors: STORE_UNAVAILABLE; a pg error where the admin may not do it.
 */
export async function provision({ adminUrl, database, role, password }: ProvisionOptions): Promise<Provisioned> {
  const ownerUrl = urlIn(adminUrl, { database });
  const url = urlIn(adminUrl, { database, role, password });
  const set = async (client: pg.Client, verb: 'create' | 'alter'): Promise<void> =>
    run(client, `${verb} role %I login password %L`, role, await scramVerifier(password));
  await asOwner(adminUrl, 'provision', async (client) => {
    const exists = async (text: string, name: string): Promise<boolean> => (await client.query(text, [name])).rowCount === 1;
    if (!(await exists('select 1 from pg_roles where rolname = $1', role))) await set(client, 'create');
    if (!(await exists('select 1 from pg_database where datname = $1', database))) await run(client, 'create database %I', database);
  });
  await asOwner(ownerUrl, 'provision', async (client) => {
    await grant(client, database, role);
    if (!(await logsIn(url))) await set(client, 'alter');
  });
  return { ownerUrl, url };
}

/** invalid_authorization_specification, invalid_password: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refused = /^28(000|P01)$/;

async function logsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'ensemble provision', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // connecting says the same
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && refused.test(error.code ?? '')) return false;
    throw new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${(error as Error).message}`, {}, error);
  } finally {
    await client.end();
  }
}

async function grant(client: pg.Client, database: string, role: string): Promise<void> {
  await run(client, 'revoke all on database %I from public', database);
  await run(client, 'grant connect on database %I to %I', database, role);
  await run(client, 'revoke create on schema public from public');
  await run(client, 'grant usage on schema public to %I', role);
  await run(client, 'alter default privileges in schema public grant select, insert, update, delete on tables to %I', role);
  await run(client, 'alter default privileges in schema public grant usage on sequences to %I', role);
  const { rows } = await client.query<{ name: string; sequence: boolean }>(older, [role]);
  for (const { name, sequence } of rows)
    await run(client, `grant ${sequence ? 'usage on sequence' : 'select, insert, update, delete on'} %s to %I`, name, role);
}

/** Tables, views and sequences of whoever made the migrations' table, on which the role has no right: made before the role was. */
const older = `select c.oid::regclass::text as name, c.relkind = 'S' as sequence
  from pg_class c join pg_class m on m.oid = to_regclass('migrations') and m.relowner = c.relowner
  where c.relnamespace = m.relnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and not exists (
      select from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a where a.grantee = (select oid from pg_roles where rolname = $1)
    )`;

/** Names and passwords are no parameters to these statements: the server's own format() quotes them. */
async function run(client: pg.Client, template: string, ...values: readonly string[]): Promise<void> {
  const list = values.map((_, i) => `, $${i + 2}::text`).join('');
  const { rows } = await client.query<{ sql: string }>(`select format($1${list}) as sql`, [template, ...values]);
  await client.query(rows[0]?.sql ?? '');
}
