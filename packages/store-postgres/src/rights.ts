/** What a role may do in its database: given, and written down, so that a look shows whether it is still so. */
import pg from 'pg';

/**
 * On tables that come, and on those that were made before the role came; never again on others: a migration may have taken some away.
 * (Of the older tables it takes them when all migrations' words about the role are repeated.)
 */
export async function giveRights(client: pg.Client, database: string, role: string): Promise<void> {
  const [to, inside] = [pg.escapeIdentifier(role), pg.escapeIdentifier(database)];
  await client.query(`revoke all on database ${inside} from public;
    grant connect on database ${inside} to ${to};
    revoke create on schema public from public;
    grant usage on schema public to ${to};
    alter default privileges in schema public grant select, insert, update, delete on tables to ${to};
    alter default privileges in schema public grant usage on sequences to ${to}`);
  const { rows } = await client.query<{ name: string; sequence: boolean }>(older, [role]);
  for (const { name, sequence } of rows)
    await client.query(`grant ${sequence ? 'usage on sequence' : 'select, insert, update, delete on'} ${name} to ${to}`);
}

/** Tables, views and sequences of whoever made the migrations' table, on which the role has no right: made before the role was. */
const older = `select c.oid::regclass::text as name, c.relkind = 'S' as sequence
  from pg_class c join pg_class m on m.oid = to_regclass('migrations') and m.relowner = c.relowner
  where c.relnamespace = m.relnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and not exists (
      select from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a where a.grantee = (select oid from pg_roles where rolname = $1)
    )`;

/** Everyone's rights on the database, the services' schema, its tables and their columns, and on tables that come, as one short text. */
const rightsNow = `select encode(sha256(convert_to(string_agg(words, E'\n' order by words collate "C"), 'UTF8')), 'hex') from (
    select datacl::text as words from pg_database where datname = current_database()
    union all select concat_ws(' ', nspowner, nspacl) from pg_namespace where nspname = 'public'
    union all select concat_ws(' ', defaclrole, defaclnamespace, defaclobjtype, defaclacl) from pg_default_acl
    union all select concat_ws(' ', oid, relowner, relacl) from pg_class
      where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace = 'public'::regnamespace
    union all select concat_ws(' ', attrelid, attnum, attacl) from pg_attribute
      where attacl is not null and (select relnamespace from pg_class where oid = attrelid) = 'public'::regnamespace
  ) rights`;

/** Who has rights on the table: roles that were there before it were given them as on any table that comes. */
const holders = `select string_agg(distinct coalesce(quote_ident(rolname), 'public'), ', ') as names
  from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
  where c.oid = 'prepared'::regclass and a.grantee <> c.relowner`;

/** By the owner, when all is done: the rights that the role has in the end. Those who own the tables have none to write down. */
export async function keepRights(client: pg.Client, role: string): Promise<void> {
  await client.query('create table if not exists prepared (role text primary key, rights text not null)');
  const { rows } = await client.query<{ names: string | null }>(holders);
  const [own, all] = [pg.escapeIdentifier(role), rows[0]?.names ?? 'public'];
  await client.query(`revoke insert, update, delete, truncate on prepared from ${all}, ${own}; grant select on prepared to ${own}`);
  await client.query(
    `insert into prepared (role, rights) select $1, (${rightsNow}) on conflict (role) do update set rights = excluded.rights`,
    [role],
  );
}

/** Whether they are those that were kept. For a statement of the role's own. */
export const rightsAreKept = `(${rightsNow}) = (select rights from prepared where role = current_user)`;
