/** How a saga goes on, as a pure function of the plan, the saga and what happened. Nothing here waits, reads or sends. */
import type { Plan, PlanStep } from '@ensemble/flow';
import { type Ask, type Asked, type Asks, isAsked, type Saga } from './saga.ts';

type Facts = Saga['facts'];

export type Happened =
  | { readonly kind: 'begun'; readonly facts: Facts }
  /** Any message that some step waits for, do or undo; `facts` is all that is known with it, `reason` what a refusal says. */
  | { readonly kind: 'answered'; readonly message: string; readonly facts: Facts; readonly reason: string | null }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** A participant spoke unasked: what was done is undone, COMPLETED included. */
  | { readonly kind: 'failedLater'; readonly reason: string }
  /** Some deadlines are over. `heardSince`: from when on the service was able to hear answers; silence before that means nothing. */
  | { readonly kind: 'due'; readonly heardSince: number };

export interface Advanced {
  readonly saga: Saga;
  /** Commands to say, by message key. */
  readonly says: readonly string[];
}

/** Doubles from `within` with each attempt, up to a minute: a participant that is down is not flooded. */
const slowest = 60_000;
/** On the desk an undo is asked again every five minutes. */
const deskPause = 300_000;

interface Draft {
  saga: Saga;
  readonly plan: Plan;
  readonly now: number;
  readonly says: string[];
}

/** Null: it changes nothing. */
export function advance(plan: Plan, saga: Saga, happened: Happened, now: number): Advanced | null {
  const draft: Draft = { saga, plan, now, says: [] };
  switch (happened.kind) {
    case 'begun':
      begin(draft, happened.facts);
      break;
    case 'answered':
      hear(draft, happened);
      break;
    case 'cancelled':
      cancel(draft, happened.reason);
      break;
    case 'failedLater':
      if (saga.state === 'RUNNING' || saga.state === 'COMPLETED') compensate(draft, happened.reason);
      break;
    case 'due':
      for (const step of stepsOf(plan)) fire(draft, step, happened.heardSince);
      break;
  }
  if (draft.saga === saga) return null;
  return { saga: { ...draft.saga, ...deadline(draft.saga), updatedAt: now }, says: draft.says };
}

const stepsOf = (plan: Plan): PlanStep[] => plan.groups.flat();

function deadline(saga: Saga): Pick<Saga, 'open' | 'dueAt'> {
  let dueAt: number | null = null;
  for (const asks of Object.values(saga.asks))
    for (const ask of [asks.do, asks.undo]) if (isAsked(ask) && ask.due !== null && (dueAt === null || ask.due < dueAt)) dueAt = ask.due;
  return { open: dueAt !== null, dueAt };
}

const set = (draft: Draft, changes: Partial<Saga>): void => {
  draft.saga = { ...draft.saga, ...changes };
};

const setAsks = (draft: Draft, step: PlanStep, changes: Partial<Asks>): void => {
  const before = draft.saga.asks[step.step];
  const asks = { ...before, ...changes } as Asks;
  set(draft, { asks: { ...draft.saga.asks, [step.step]: asks } });
};

function begin(draft: Draft, facts: Facts): void {
  if (draft.saga.begun) return;
  set(draft, { begun: true, facts });
  for (const step of stepsOf(draft.plan)) if (step.says === null) setAsks(draft, step, { do: 'answered' });
  if (!draft.saga.cancelRequested) return proceed(draft);
  // Cancelled before it began: nothing was done, but its end is said all the same, by the undo that says it.
  const first = stepsOf(draft.plan).find((step) => step.undo);
  if (first && !draft.saga.asks[first.step]) setAsks(draft, first, { do: { attempts: 0, since: draft.now, due: null } });
  compensate(draft, draft.saga.reason ?? 'cancelled');
}

/** Asks the first steps that are not done; when there are none left the saga is COMPLETED. */
function proceed(draft: Draft): void {
  for (const group of draft.plan.groups) {
    for (const step of group) if (!draft.saga.asks[step.step]) askDo(draft, step);
    if (group.some((step) => draft.saga.asks[step.step]?.do !== 'answered')) return;
  }
  set(draft, { state: 'COMPLETED', flagged: false });
}

function askDo(draft: Draft, step: PlanStep): void {
  if (step.says === null) return;
  draft.says.push(step.says);
  const unanswered = Object.keys(step.answers).length === 0;
  setAsks(draft, step, { do: unanswered ? 'answered' : firstAsked(draft, step.within) });
}

const firstAsked = ({ now }: Draft, within: number): Asked => ({ attempts: 1, since: now, due: now + within });

type Answered = Extract<Happened, { kind: 'answered' }>;

function hear(draft: Draft, answered: Answered): void {
  for (const step of stepsOf(draft.plan)) {
    const answer = step.answers[answered.message];
    if (answer) return hearDo(draft, step, answer.refuses, answered);
    if (step.undo?.answers.includes(answered.message)) return hearUndo(draft, step);
  }
}

function hearDo(draft: Draft, step: PlanStep, refuses: boolean, { facts, reason }: Answered): void {
  const asks = draft.saga.asks[step.step];
  if (!asks || !isAsked(asks.do)) return; // never asked, or heard already: it changes nothing
  setAsks(draft, step, { do: refuses ? 'refused' : 'answered' });
  set(draft, { facts });
  const { state, cancelRequested } = draft.saga;
  if (state === 'RUNNING') {
    set(draft, { flagged: false });
    if (refuses) compensate(draft, reason ?? `${step.step} was refused`);
    else if (cancelRequested && !isPastReturn(draft)) compensate(draft, draft.saga.reason ?? 'cancelled');
    else proceed(draft);
  } else if (refuses) {
    if (isAsked(asks.undo)) setAsks(draft, step, { undo: 'answered' }); // nothing was done
    leadOn(draft);
  } else if (asks.undo === 'answered') {
    askUndo(draft, step); // it succeeded after it was undone: undone again, and confirmed again
  }
}

function hearUndo(draft: Draft, step: PlanStep): void {
  if (!isAsked(draft.saga.asks[step.step]?.undo)) return;
  setAsks(draft, step, { undo: 'answered' });
  leadOn(draft);
}

/**
 * Something that the compensation waited for was heard: it goes on by itself, from the desk too, unless another keeps it there. None comes
 * there by it: only a deadline knows whether the other's silence means something.
 */
function leadOn(draft: Draft): void {
  const stuck = draft.saga.flagged && stepsOf(draft.plan).some((step) => isGivenUp(draft, step));
  set(draft, { flagged: stuck });
  if (draft.saga.state === 'COMPENSATED') return;
  set(draft, { state: stuck ? 'FAILED' : 'COMPENSATING' });
  undoNext(draft);
}

function isGivenUp({ saga, now }: Draft, step: PlanStep): boolean {
  const undo = saga.asks[step.step]?.undo;
  return step.undo !== null && isAsked(undo) && now - undo.since >= step.undo.giveUp;
}

/** Whatever starts it: every step that was asked and has not refused is undone in reverse, answered or not. */
function compensate(draft: Draft, reason: string): void {
  for (const step of stepsOf(draft.plan)) {
    const asked = draft.saga.asks[step.step]?.do;
    if (isAsked(asked)) setAsks(draft, step, { do: { ...asked, due: null } });
  }
  set(draft, { state: 'COMPENSATING', reason, flagged: false });
  undoNext(draft);
}

function undoNext(draft: Draft): void {
  for (const step of stepsOf(draft.plan).toReversed()) {
    const asks = draft.saga.asks[step.step];
    if (!step.undo || !asks || asks.do === 'refused') continue;
    if (!asks.undo) askUndo(draft, step);
    if (isAsked(draft.saga.asks[step.step]?.undo)) return;
  }
  set(draft, { state: 'COMPENSATED' });
}

function askUndo(draft: Draft, step: PlanStep): void {
  if (!step.undo) return;
  draft.says.push(step.undo.says);
  const unanswered = step.undo.answers.length === 0;
  setAsks(draft, step, { undo: unanswered ? 'answered' : firstAsked(draft, step.undo.within) });
}

/** The order goes through: the pivot has succeeded or, in a flow without a pivot, what cannot refuse has been asked. */
const isPastReturn = (draft: Draft): boolean =>
  stepsOf(draft.plan).some((step) => {
    const asked = draft.saga.asks[step.step]?.do;
    return step.kind === 'pivot' ? asked === 'answered' : step.kind === 'retriable' && asked !== undefined;
  });

function cancel(draft: Draft, reason: string): void {
  const { begun, state, cancelRequested } = draft.saga;
  if (state !== 'RUNNING' || cancelRequested) return;
  if (begun && isPastReturn(draft)) return; // too late: the order goes on
  set(draft, { cancelRequested: true, reason });
  const pivotAsked = stepsOf(draft.plan).some((step) => step.kind === 'pivot' && draft.saga.asks[step.step] !== undefined);
  if (begun && !pivotAsked) compensate(draft, reason); // while the pivot is asked, its answer decides
}

function fire(draft: Draft, step: PlanStep, heardSince: number): void {
  const asks = draft.saga.asks[step.step];
  if (!asks) return;
  if (isDue(asks.do, draft.now)) fireDo(draft, step, asks.do, heardSince);
  if (isDue(asks.undo, draft.now)) fireUndo(draft, step, asks.undo, heardSince);
}

const isDue = (ask: Ask | undefined, now: number): ask is Asked => isAsked(ask) && ask.due !== null && ask.due <= now;

const backoff = (within: number, attempts: number): number => Math.min(within * 2 ** (attempts - 1), Math.max(within, slowest));

function fireDo(draft: Draft, step: PlanStep, ask: Asked, heardSince: number): void {
  const due = heardSince + step.within;
  if (due > draft.now) return setAsks(draft, step, { do: { ...ask, due } });
  const spent = ask.attempts >= step.attempts;
  if (spent && step.kind !== 'retriable') return compensate(draft, `no answer from ${step.step}`);
  if (spent) set(draft, { flagged: true });
  if (step.says !== null) draft.says.push(step.says);
  setAsks(draft, step, { do: { ...ask, attempts: ask.attempts + 1, due: draft.now + backoff(step.within, ask.attempts) } });
}

function fireUndo(draft: Draft, step: PlanStep, ask: Asked, heardSince: number): void {
  if (!step.undo) return;
  const { within, says } = step.undo;
  const listened = heardSince + within;
  if (listened > draft.now) {
    const unheard = heardSince > ask.since ? { since: heardSince, saidAt: saidAt(ask) } : {};
    return setAsks(draft, step, { undo: { ...ask, ...unheard, due: listened } });
  }
  const spent = isGivenUp(draft, step);
  if (spent) set(draft, draft.saga.state === 'COMPENSATED' ? { flagged: true } : { state: 'FAILED', flagged: true });
  draft.says.push(says);
  const pause = spent ? deskPause : backoff(within, ask.attempts);
  setAsks(draft, step, { undo: { ...ask, attempts: ask.attempts + 1, due: draft.now + pause } });
}

const saidAt = ({ since, saidAt: first }: Asked): number => first ?? since;

/** The time a command says: that of its first saying, so that one that is asked again is the same message. */
export function timeOf(plan: Plan, { asks }: Saga, message: string, now: number): number {
  for (const step of stepsOf(plan)) {
    const ask = step.says === message ? asks[step.step]?.do : step.undo?.says === message ? asks[step.step]?.undo : undefined;
    if (ask) return isAsked(ask) ? saidAt(ask) : now; // nobody answers what is told: it is said once
  }
  return now;
}
