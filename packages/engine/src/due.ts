/**
 * The clock of a service that owns orders which nobody coordinates: it takes back what has not ended in time, and says again that an
 * order is taken back until all of it is settled. One row an order, which goes when the order ends.
 */
import type { Flow } from '@ensemble/flow';
import { endOf } from './ending.ts';
import { ownRows } from './own-rows.ts';
import type { Participant } from './participant.ts';
import type { RecordRow } from './record.ts';
import type { Key } from './store.ts';
import { type DueRow, due } from './tables.ts';
import type { Effect } from './work.ts';

/** Milliseconds until it is said again; doubles each time, up to a minute. */
export const firstPause = 5_000;

export const dueKeys = ({ name }: Participant, flow: Flow, orderId: string): readonly Key[] =>
  ownRows(flow, name).deadline ? [[orderId]] : [];

interface Owned {
  readonly participant: Participant;
  readonly flow: Flow;
  readonly facts: { readonly orderId: string };
  readonly version?: string | undefined;
}

type Clock = Required<Pick<Effect, 'rows' | 'removes'>>;
const unchanged: Clock = { rows: [], removes: [] };

/** What becomes of an order's row in `due` when its record changes. Whoever may set it anew beside a record has to read it (`besides`). */
export function dueAfter({ participant, flow, facts, version }: Owned, before: RecordRow | undefined, next: RecordRow, now: number): Clock {
  const { deadline } = ownRows(flow, participant.name);
  if (!deadline) return unchanged;
  const { orderId } = facts;
  if (next.state === 'refused' || endOf(participant, next) !== null) return { rows: [], removes: [[due, [orderId]]] };
  const row = { orderId, flow: flow.name, version: version ?? null, since: now, flagged: false };
  const put = (made: DueRow): Clock => ({ rows: [[due, made]], removes: [] });
  if (next.state === 'undone' && before?.state !== 'undone') return put({ ...row, attempts: 1, dueAt: now + firstPause });
  return before ? unchanged : put({ ...row, attempts: 0, dueAt: now + deadline.on.after });
}
