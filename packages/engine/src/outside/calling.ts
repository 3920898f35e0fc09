/**
 * Asks outside what was decided to be asked: at once and from memory where this process decided it, later and by first asking what
 * became of it where nobody knows. Two processes may ask the same: under one key it happens once.
 */
import { EnsembleError } from '@ensemble/errors';
import type { Job } from '../at-hand.ts';
import type { Clock } from '../clock.ts';
import { type Log, troubleLog } from '../log.ts';
import type { Participant } from '../participant.ts';
import { pauseAfter } from '../parking.ts';
import type { Change, Store } from '../store.ts';
import type { Working } from '../working.ts';
import { nothing } from '../work.ts';
import { asksOutside, type CallRow, calls, patience } from './calls.ts';
import { type Answered, type AnyPort, keyOf, type Port, type Ports, type Word } from './port.ts';

/** Calls at once, of one process; and as many as it holds in memory, the others being left to the rounds. */
const atOnce = 100;
const mostHeld = 5_000;

export interface Calling {
  /** These changes were committed: what they ask is asked at once. */
  committed(changes: readonly Change[]): void;
  /**
   * Asks again what is due, by the database's time; that is only asked for where something waits. The first time everything is due: the
   * process that asked may be the one that this one follows.
   */
  round(time: () => Promise<number>): Promise<void>;
  /** Resolves when no call is on its way: they end with the service's `stopping`. */
  over(): Promise<void>;
}

interface CallingSetting {
  readonly participant: Participant;
  readonly ports: Ports;
  readonly store: Pick<Store, 'select'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly perform: (job: Job) => Promise<void>;
  /** Takes the word in. */
  readonly hear: (answered: Answered) => Promise<void>;
  readonly stopping: AbortSignal;
}

/** Errors: PORT_MISSING. */
export function refuseWithoutPort({ operations }: Participant, ports: Ports): void {
  for (const { name, spec } of Object.values(operations)) if (spec.asks) portOf(ports, name);
}

function portOf(ports: Ports, operation: string): AnyPort & Port {
  const port = ports[operation] as (AnyPort & Port) | undefined;
  if (port) return port;
  throw new EnsembleError('PORT_MISSING', `${operation} asks outside, and has no port`, { operation });
}

export function calling(setting: CallingSetting): Calling {
  const { participant, store, perform, stopping } = setting;
  if (!asksOutside(participant)) return { committed: () => undefined, round: async () => undefined, over: async () => undefined };
  let isFirst = true;
  /** How each call on its way is given up. */
  const open = new Set<GiveUp>();
  // One listener for all of them: a signal derived for each costs more than the call.
  stopping.addEventListener('abort', () => open.forEach((giveUp) => giveUp(stopping.reason as Error)));
  const trouble = troubleLog(setting.log, participant.name, 'a call to the outside world has no answer');
  const turns = inTurns(async (row: CallRow, isNew: boolean) => {
    try {
      const answer = await made(setting, open, row, isNew);
      if (answer === 'pending') await perform(askedAgain(row));
      else await setting.hear({ orderId: row.orderId, operation: row.operation, word: answer });
      trouble.over();
    } catch (error) {
      if (stopping.aborted) return;
      trouble.met(error instanceof Error ? error.message : String(error));
      // Where this cannot be written either, its row says when it is looked at again.
      await perform(askedAgain(row)).catch((failed: unknown) => trouble.met(String(failed)));
    }
  });

  return {
    committed(changes) {
      if (stopping.aborted) return;
      for (const { table, insert = [] } of changes) if (table === calls) for (const row of insert) turns.take(row as CallRow, true);
    },
    async round(time) {
      const found = (await store.select(calls, { orderBy: [['nextAt', 'asc']], limit: turns.room() })) as readonly CallRow[];
      const idle = found.filter((row) => !turns.holds(row));
      const now = isFirst ? Number.POSITIVE_INFINITY : idle.length > 0 ? await time() : 0;
      const due = idle.filter(({ nextAt }) => nextAt <= now);
      if (due.length > 0) {
        const { job, claimed } = claiming(due);
        await perform(job);
        for (const row of claimed()) turns.take(row, false);
      }
      isFirst = false;
    },
    over: turns.over,
  };
}

/** So many at once, the others after them. */
function inTurns(make: (row: CallRow, isNew: boolean) => Promise<void>) {
  const keyOfRow = ({ orderId, operation }: CallRow): string => keyOf(orderId, operation);
  const waiting = new Map<string, readonly [CallRow, boolean]>();
  const running = new Map<string, Promise<void>>();
  function next(): void {
    for (const [key, [row, isNew]] of waiting) {
      if (running.size >= atOnce) return;
      waiting.delete(key);
      const ended = make(row, isNew).finally(() => {
        running.delete(key);
        next();
      });
      running.set(key, ended);
    }
  }
  const room = (): number => Math.max(mostHeld - waiting.size - running.size, 0);
  return {
    room,
    holds: (row: CallRow): boolean => waiting.has(keyOfRow(row)) || running.has(keyOfRow(row)),
    take(row: CallRow, isNew: boolean): void {
      if (room() === 0) return;
      waiting.set(keyOfRow(row), [row, isNew]);
      next();
    },
    async over(): Promise<void> {
      waiting.clear();
      await Promise.all(running.values());
    },
  };
}

/** Ends what waits, for this reason. */
type GiveUp = (reason: Error) => void;

/** Errors: what the port throws, that it took too long, or why everything is given up. A port that does not listen to its signal holds up nobody. */
async function made(
  { ports, clock, stopping }: CallingSetting,
  open: Set<GiveUp>,
  row: CallRow,
  isNew: boolean,
): Promise<Word | 'pending'> {
  stopping.throwIfAborted();
  const port = portOf(ports, row.operation);
  const call = { key: keyOf(row.orderId, row.operation), orderId: row.orderId, request: row.request };
  const given = new AbortController();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp: GiveUp = (reason) => {
    given.abort(reason);
    reject(reason);
  };
  open.add(giveUp);
  const late = clock.after(patience, () => giveUp(new Error(`no answer on ${row.operation} in ${patience / 1_000} s`)));
  try {
    const found = isNew ? 'unknown' : await Promise.race([port.find(call, given.signal), givenUp]);
    return found === 'unknown' ? await Promise.race([port.ask(call, given.signal), givenUp]) : found;
  } finally {
    late();
    open.delete(giveUp);
  }
}

const current = (working: Working, { orderId, operation }: CallRow): CallRow | undefined =>
  working.get(calls, [orderId, operation]) as CallRow | undefined;

const keysOf = (rows: readonly CallRow[]): Job['keys'] => {
  const keys = rows.map(({ orderId, operation }) => [orderId, operation]);
  return (table) => (table === calls ? keys : []);
};

/** Sooner than its row says, since it is known already that there is no word yet; unless another process has it by now. */
const askedAgain = (row: CallRow): Job => ({
  keys: keysOf([row]),
  decide(working, now) {
    const call = current(working, row);
    if (!call || call.attempts !== row.attempts) return nothing;
    return { rows: [[calls, { ...call, nextAt: now + pauseAfter(call.attempts) }]], says: [] };
  },
});

/** Of two processes that find a call due one asks: the other finds its time moved. */
function claiming(rows: readonly CallRow[]): { readonly job: Job; readonly claimed: () => readonly CallRow[] } {
  let claimed: readonly CallRow[] = [];
  const job: Job = {
    keys: keysOf(rows),
    decide(working, now) {
      claimed = rows.flatMap((row) => {
        const call = current(working, row);
        if (!call || call.nextAt !== row.nextAt) return [];
        const attempts = call.attempts + 1;
        return [{ ...call, attempts, nextAt: now + patience + pauseAfter(attempts) }];
      });
      return { rows: claimed.map((row) => [calls, row] as const), says: [] };
    },
  };
  return { job, claimed: () => claimed };
}
