import type { Link } from './link.ts';
import type { Place, Standing } from './reading.ts';
import type { LogSubscription } from './subscription.ts';

// A group that reads a topic for the first time begins at the start of the log.
const begin = {
  name: 'offsets-begin',
  text: `insert into offsets (group_name, topic, partition, position)
    select $1, wanted.topic, wanted.partition,
      65536 * greatest(begins_at, coalesce((select min(position) from entries), (select position + 1 from head)))
    from unnest($2::text[], $3::int[]) wanted (topic, partition) join topics on name = wanted.topic
    order by 2, 3 on conflict do nothing`,
};
const read = {
  name: 'offsets-read',
  text: `select topic, partition, position from offsets join unnest($2::text[], $3::int[]) wanted (topic, partition) using (topic, partition)
    where group_name = $1`,
};
// Never back: an owner that has lost the partition may still write what it had worked. And never beyond the end of the log: where an
// earlier state of it was restored, what was worked of the later one says nothing, and the group would skip what comes.
const write = {
  name: 'offsets-write',
  text: `insert into offsets (group_name, topic, partition, position)
    select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) worked (group_name, topic, partition, position)
    where position <= 65536 * (select head.position + 1 from head) order by 1, 2, 3
    on conflict (group_name, topic, partition) do update set position = excluded.position where offsets.position < excluded.position`,
};

/** Where a group stands in each of these partitions. Errors: TRANSPORT_UNAVAILABLE. */
export async function standings(link: Link, group: string, places: readonly Place[]): Promise<readonly Standing[]> {
  if (places.length === 0) return [];
  const values = [group, places.map(({ topic }) => topic), places.map(({ partition }) => partition)];
  const [, rows] = await Promise.all([link.query(begin, values), link.query(read, values)]);
  return rows.map(([topic, partition, offset]) => ({ topic: topic ?? '', partition: Number(partition), offset: BigInt(offset ?? 0) }));
}

/** Writes all that is done and not written; `quiet`: also how far partitions are where nothing happened. Errors: TRANSPORT_UNAVAILABLE. */
export async function writeOffsets(link: Link, subscriptions: Iterable<LogSubscription>, quiet: boolean): Promise<void> {
  const all = [...subscriptions].flatMap((subscription) =>
    subscription.news(quiet).map((news) => ({ ...news, group: subscription.group })),
  );
  if (all.length === 0) return;
  await link.query(write, [
    all.map(({ group }) => group),
    all.map(({ topic }) => topic),
    all.map(({ partition }) => partition),
    all.map(({ offset }) => offset.toString()),
  ]);
  for (const { written } of all) written();
}
