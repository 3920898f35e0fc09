/** What a due row has the service do: take the order back, or say again that it was. */
import type { Flow, Row } from '@ensemble/flow';
import type { Overdue } from './coordinator/deadlines.ts';
import { firstPause } from './due.ts';
import { askedWork, keysOf } from './operation-work.ts';
import type { Log } from './log.ts';
import { callKeys, calls } from './outside/calls.ts';
import { ownRows } from './own-rows.ts';
import type { Participant } from './participant.ts';
import type { RecordRow } from './record.ts';
import { say } from './saying.ts';
import type { Key } from './store.ts';
import { type DueRow, due } from './tables.ts';
import { type Effect, nothing, type Said } from './work.ts';
import type { Working } from './working.ts';

/** Milliseconds. */
const longestPause = 60_000;
/** When a person is needed it is said on, this slowly: a late answer leads on by itself. */
const flaggedPause = 300_000;

export interface Clockwork {
  readonly participant: Participant;
  readonly flows: readonly Flow[];
  readonly log: Log;
}

/** The orders that this service owns and whose time has come. */
export const overdueOrders = (clockwork: Clockwork): Overdue => ({
  table: due,
  where: [],
  work: (orderId, heardSince) => dueWork(clockwork, orderId, heardSince),
});

function dueWork({ participant, flows, log }: Clockwork, orderId: string, heardSince: number): ReturnType<Overdue['work']> {
  let flags = false;
  let failure: string | null = null;
  let flowName: string | undefined;
  return {
    keys(table, working): readonly Key[] {
      if (table === due) return [[orderId]];
      return table === calls ? askedOutside(participant, flows, orderId) : keysOf(participant, table, working, { orderId });
    },
    decide(working, now): Effect {
      const row = working.get(due, [orderId]) as DueRow | undefined;
      flags = false;
      failure = null;
      if (!row || row.dueAt > now) return nothing;
      flowName = row.flow;
      const flow = flows.find(({ name }) => name === row.flow);
      const deadline = flow && ownRows(flow, participant.name).deadline;
      if (!deadline) {
        // Not thrown: it would come first again a moment later, and hold up all that come after it.
        failure = `it has a deadline of ${row.flow}, which this process does not have`;
        return kept({ ...row, flagged: true, dueAt: now + flaggedPause });
      }
      const heard = heardSince + (row.attempts === 0 ? deadline.on.after : firstPause);
      if (heard > now) return kept({ ...row, since: row.attempts === 0 ? row.since : Math.max(row.since, heardSince), dueAt: heard });
      if (row.attempts === 0) {
        try {
          return takenBack(participant, { row, flow, deadline }, working, now);
        } catch (error) {
          failure = error instanceof Error ? error.message : String(error);
          const later = putOff(row, deadline.on, now);
          flags = later.flagged && !row.flagged;
          return kept(later);
        }
      }
      const next = again(row, deadline.on.giveUp, now);
      flags = next.flagged && !row.flagged;
      return { ...kept(next), says: wordsOf(participant, flow, row, working) };
    },
    committed() {
      if (failure !== null)
        log.error({ service: participant.name, orderId, flow: flowName, problem: failure }, 'an order cannot be taken back; tried again');
      if (flags) log.error({ service: participant.name, orderId, flow: flowName }, 'an order is FAILED: not all of it was taken back');
    },
  };
}

/** What the do that is taken back may have asked outside, whichever flow's it is: the order's own row is read later. */
const askedOutside = (participant: Participant, flows: readonly Flow[], orderId: string): readonly Key[] =>
  flows.flatMap((flow) => {
    const { deadline } = ownRows(flow, participant.name);
    return deadline ? callKeys(participant, deadline.does, orderId) : [];
  });

const kept = (row: DueRow): Effect => ({ rows: [[due, row]], says: [] });

function again(row: DueRow, giveUp: number, now: number): DueRow {
  const flagged = now - row.since >= giveUp;
  const pause = flagged ? flaggedPause : Math.min(firstPause * 2 ** row.attempts, longestPause);
  return { ...row, attempts: row.attempts + 1, dueAt: now + pause, flagged };
}

/** What takes it back fails: tried again, and a person is needed after the same time as when it is taken back and not settled. */
function putOff(row: DueRow, { after, giveUp }: { readonly after: number; readonly giveUp: number }, now: number): DueRow {
  const flagged = now - row.since >= after + giveUp;
  return { ...row, flagged, dueAt: now + (flagged ? flaggedPause : longestPause) };
}

interface Late {
  readonly row: DueRow;
  readonly flow: Flow;
  readonly deadline: Row & { readonly on: { readonly after: number } };
}

function takenBack(participant: Participant, { row, flow, deadline }: Late, working: Working, now: number): Effect {
  const { orderId, version } = row;
  const told = { reason: `not done after ${deadline.on.after / 1_000} s` };
  const asking = {
    flow,
    row: deadline,
    facts: { ...told, orderId },
    learn: (known: Readonly<Record<string, unknown>>) => ({ ...known, ...told }),
    by: 'its own clock',
    cause: null,
    version: version ?? undefined,
  };
  const verdict = askedWork(participant, asking).decide(working, now);
  if (!('says' in verdict))
    throw new Error(`${deadline.does.name} of order ${orderId} cannot be done by the clock: ${JSON.stringify(verdict)}`);
  const isMoved = verdict.rows.some(([table]) => table === due) || (verdict.removes?.length ?? 0) > 0;
  // Its do still waits for the outside world: looked at again in a while.
  return isMoved ? verdict : { ...verdict, rows: [...verdict.rows, [due, { ...row, dueAt: now + longestPause }]] };
}

/** Word for word what was said when the order was taken back, whoever had it taken back. */
function wordsOf(participant: Participant, flow: Flow, { orderId, version }: DueRow, working: Working): readonly Said[] {
  const table = participant.tables['record'];
  const record = table && (working.get(table, [orderId]) as RecordRow | undefined);
  return ownRows(flow, participant.name)
    .undos.flatMap(({ does, says }) => {
      const answer = record?.answers[does.verb];
      const message = answer && says[answer.outcome];
      if (!message || (answer.told && answer.told.message !== message.key)) return [];
      const { told, adds, at } = answer;
      const facts = told?.facts ?? adds;
      const cause = told?.cause ?? undefined;
      return [say({ flow, version: version ?? undefined, by: participant.name, orderId, message, facts, at, cause })];
    })
    .slice(0, 1);
}
