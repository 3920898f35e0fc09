/** What happens to a message that cannot be taken now, or ever: it waits aside, and nothing else waits for it. */
import { keepable } from './envelope.ts';
import type { ParkedRow } from './tables.ts';

/** A message that is no order's has any key; one that is longer than a column of some database would hold its service up. */
const longestKey = 255;

/** Attempts before a parked message is a dead letter. */
export const parkingLimit = 8;
const firstPause = 500;
const longestPause = 60_000;

/** Milliseconds until the next attempt: 0.5 s, 1 s, 2 s … up to a minute. */
export const pauseAfter = (attempts: number): number => Math.min(firstPause * 2 ** (attempts - 1), longestPause);

/** The same for attempts that are not counted: as long again as it has waited already. */
const pauseSince = (waited: number): number => Math.min(Math.max(waited, firstPause), longestPause);

/** Whether a parked message's time has come. A dead letter's never does. */
export const isDue = ({ dead, nextAt }: ParkedRow, now: number): boolean => !dead && nextAt !== null && nextAt <= now;

/** Whether it is a dead letter if it cannot be taken this time either. */
export const isLastAttempt = ({ attempts }: ParkedRow): boolean => attempts + 1 >= parkingLimit;

export interface Aside {
  readonly messageId: string;
  readonly reader: string;
  readonly orderId: string;
  readonly topic: string;
  readonly value: string;
  readonly reason: string;
  /** Whether trying again would not help. */
  readonly hopeless: boolean;
  /** Whether the attempt counts towards the limit. That others were first says nothing against a message. */
  readonly counts: boolean;
}

/** The row of a message put aside, for the first time or again. */
export function putAside(before: ParkedRow | undefined, aside: Aside, now: number): ParkedRow {
  const attempts = (before?.attempts ?? 0) + (aside.counts ? 1 : 0);
  const dead = aside.hopeless || before?.dead === true || attempts >= parkingLimit;
  return {
    messageId: aside.messageId,
    reader: aside.reader,
    orderId: keepable(aside.orderId.slice(0, longestKey)),
    topic: aside.topic,
    message: keepable(aside.value),
    reason: keepable(aside.reason.slice(0, 1_000)),
    attempts,
    dead,
    nextAt: dead ? null : now + (aside.counts ? pauseAfter(attempts) : pauseSince(now - (before?.parkedAt ?? now))),
    parkedAt: before?.parkedAt ?? now,
  };
}
