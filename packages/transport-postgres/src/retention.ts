import type { Link } from './link.ts';

const atOnce = 500; // entries a statement, so that none holds its locks for long

// A topic that no member of a living group reads any more holds nothing back; a group without a member is away, and is waited for.
const remove = {
  name: 'retention',
  text: `delete from entries where position in (
      select position from entries
      where position < coalesce((
          select min(position) from offsets o
          where not exists (select from members m where m.group_name = o.group_name)
             or exists (select from members m where m.group_name = o.group_name and o.topic = any(m.topics))
        ) / 65536, (select position from head))
        and appended_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
      order by position limit ${atOnce} for update skip locked)
    returning position`,
};

/**
 * Deletes the entries that all groups have passed and that are older than so many milliseconds; says how many.
 * Errors: TRANSPORT_UNAVAILABLE.
 */
export async function removeOld(link: Link, retention: number): Promise<number> {
  for (let removed = 0; ; ) {
    const rows = await link.query(remove, [retention]);
    removed += rows.length;
    if (rows.length < atOnce) return removed;
  }
}
