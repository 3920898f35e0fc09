import type { Entry } from './entry.ts';
import type { Link } from './link.ts';
import { unpack } from './payload.ts';

const chunk = { entries: 256, bytes: 1_048_576 };

// The sum sees what the entries take in memory: what is beyond the limit is not given, however small it is kept.
const read = {
  name: 'entries-read',
  text: `select position, payload, floor(date_part('epoch', appended_at) * 1000) from (
      select *, sum(bytes) over (order by position) - bytes as before
      from entries where position > $1 and position <= $2 order by position limit ${chunk.entries}
    ) following where before < ${chunk.bytes} order by position`,
};
const headPosition = { name: 'head', text: 'select position from head' };

/** The next entries after one position up to another, a bounded amount; at least one, unless they were deleted. */
export async function readEntries(link: Link, after: number, upTo: number): Promise<readonly Entry[]> {
  const rows = await link.query(read, [after, upTo]);
  return rows.map(([position, payload, timestamp]) => unpack(Number(position), payload ?? '', Number(timestamp)));
}

/** The position of the newest entry; 0 where there was never any. */
export async function readHead(link: Link): Promise<number> {
  const [row] = await link.query(headPosition);
  return Number(row?.[0]);
}
