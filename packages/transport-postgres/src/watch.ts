import type { Log } from '@ensemble/engine';
import type { Link } from './link.ts';
import type { Membership } from './membership.ts';
import { writeOffsets } from './offsets.ts';
import { repeat } from './repeat.ts';
import { removeOld } from './retention.ts';
import type { Tail } from './tail.ts';

export interface Watched {
  readonly link: Link;
  readonly tail: Tail;
  readonly membership: Membership;
  readonly log: Log;
  /** Milliseconds; undefined: often while other processes use the log, seldom while there are none. */
  readonly pollInterval: number | undefined;
  /** Milliseconds. */
  readonly retention: number;
}

// milliseconds
const poll = { others: 25, alone: 200 };
const flushInterval = 250;
const beatInterval = 1_000;
const retentionInterval = 60_000;
/** Partitions where nothing happens are written at every so many flushes: there are more of them. */
const quietFlush = 4;

const state = {
  name: 'state',
  text: 'select position, epoch, exists (select from processes where process <> $1)::int from head, membership',
};

/** All that is done now and again, until aborted; resolves when nothing of it is under way any more. */
export async function watch(watched: Watched, signal: AbortSignal): Promise<void> {
  const { link, tail, membership, log, pollInterval, retention } = watched;
  let others = false;
  let epoch: string | null | undefined;
  let flushes = 0;

  const look = async (): Promise<void> => {
    await membership.present();
    const before = tail.position;
    const [row] = await link.query(state, [membership.process]);
    const head = Number(row?.[0]);
    others = row?.[2] === '1';
    if (head < before) {
      log.error({ head, before }, 'the log ends earlier than it did: another was put in its place; beginning anew where that one says');
      tail.restart(head);
      await membership.restart();
    }
    tail.reaches(head);
    if (row?.[1] === epoch) return;
    await membership.refresh();
    epoch = row?.[1];
  };
  const flush = (): Promise<void> => writeOffsets(link, membership.subscriptions, (flushes += 1) % quietFlush === 0);
  const retain = async (): Promise<void> => {
    const entries = await removeOld(link, retention);
    if (entries > 0) log.info({ entries }, 'entries that all groups have passed were removed');
  };
  const every = (what: string, work: () => Promise<void>, milliseconds: () => number): Promise<void> =>
    repeat(what, work, milliseconds, signal, log);

  await Promise.all([
    every('looking at the log', look, () => pollInterval ?? (others ? poll.others : poll.alone)),
    every(
      'the heartbeat',
      () => membership.beat(),
      () => beatInterval,
    ),
    every('writing offsets', flush, () => flushInterval),
    every('retention', retain, () => retentionInterval),
  ]);
}
