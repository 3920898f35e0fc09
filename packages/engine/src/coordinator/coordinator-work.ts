/** A message or a deadline that the coordinator hears: the saga it is about, how it goes on, and what it asks next. */
import { codecOf, type Flow, type Plan } from '@ensemble/flow';
import { keepable } from '../envelope.ts';
import type { Understood } from '../letter.ts';
import type { Reading } from '../reading.ts';
import { say } from '../saying.ts';
import type { Key, Table } from '../store.ts';
import { nothing, ofNoFlow, type Verdict } from '../work.ts';
import type { Working } from '../working.ts';
import { advance, type Happened, timeOf } from './advance.ts';
import { newSaga, rowOf, type Saga, type SagaRow, sagaOf, sagas } from './saga.ts';

/** The plans a coordinator can go on with, today's and those of sagas that began before. */
export interface Plans {
  of(flow: string, version: string): { readonly flow: Flow; readonly plan: Plan } | undefined;
  /** All of a flow. */
  kept(flow: string): readonly Plan[];
}

const keys =
  (orderId: string) =>
  (table: Table): readonly Key[] =>
    table === sagas ? [[orderId]] : [];

function sagaIn(working: Working, orderId: string): Saga | undefined {
  const row = working.get(sagas, [orderId]) as SagaRow | undefined;
  return row && sagaOf(row);
}

export function answerWork(plans: Plans, by: string, { flow, message }: Reading, { envelope, facts }: Understood, sure: boolean) {
  const { subject: orderId, id: cause, data, traceparent } = envelope;
  return {
    keys: keys(orderId),
    decide(working: Working, now: number): Verdict {
      const known = sagaIn(working, orderId);
      if (known && known.flow !== flow.name) return nothing; // a message that names no flow may be another flow's, and is
      if (!known && !sure) return { park: ofNoFlow(envelope.type), atLast: nothing };
      const saga = known ?? newSaga(orderId, flow.name, flow.version, now);
      const { plan } = running(plans, saga);
      const begins = message.key === plan.begins;
      if (!known && refusesBeginning(plan, message.key)) return nothing; // whoever refused it has said its end: there is nothing to run
      if (!known && !begins && message.key !== plan.cancel) return { park: `${message.key} came before the saga of this order began` };
      const { reason } = facts;
      const told = { facts: codecOf(message).learn(saga.facts, data), reason: typeof reason === 'string' ? explaining(reason) : null };
      const happened = begins ? ({ kind: 'begun', ...told } as const) : heard(plan, message.key, told);
      return goOn(plans, by, saga, happened, { now, cause, traceparent });
    },
  };
}

/** In a flow that begins with a participant its undo's answer is its refusal too; where nothing was begun it is no undo's. */
const refusesBeginning = ({ groups }: Plan, message: string): boolean =>
  groups.flat().some(({ says, undo }) => says === null && undo?.answers.includes(message));

/** As long as the vocabulary's Text may be: it goes into messages, and one that does not fit its schema would be no undo. */
const longestReason = 500;
/** A reason is kept and said again whoever gave it. */
const explaining = (reason: string): string => keepable(reason.slice(0, longestReason));

/** What a message is to an order is said by the plan that it runs by, whatever today's makes of it. */
function heard(plan: Plan, message: string, told: { readonly facts: Saga['facts']; readonly reason: string | null }): Happened {
  const reason = told.reason ?? message;
  if (message === plan.cancel) return { kind: 'cancelled', reason };
  return plan.later.includes(message) ? { kind: 'failedLater', reason } : { kind: 'answered', message, ...told };
}

export function dueWork(plans: Plans, by: string, orderId: string, heardSince: number) {
  return {
    keys: keys(orderId),
    decide(working: Working, now: number): Verdict {
      const saga = sagaIn(working, orderId);
      if (!saga?.open || saga.dueAt === null || saga.dueAt > now) return nothing;
      return goOn(plans, by, saga, { kind: 'due', heardSince }, { now });
    },
  };
}

interface Circumstance {
  readonly now: number;
  readonly cause?: string | undefined;
  readonly traceparent?: string | undefined;
}

function running(plans: Plans, { orderId, flow, version }: Saga): { readonly flow: Flow; readonly plan: Plan } {
  const found = plans.of(flow, version);
  if (!found) throw new Error(`order ${orderId} runs by ${flow} ${version}, which this process does not have`);
  return found;
}

function goOn(plans: Plans, by: string, saga: Saga, happened: Happened, { now, ...trace }: Circumstance): Verdict {
  const { flow, plan } = running(plans, saga);
  const advanced = advance(plan, saga, happened, now);
  if (!advanced) return nothing;
  const { orderId, version } = saga;
  const facts = factsToSay(advanced.saga);
  const says = advanced.says.map((key) => {
    const message = flow.messages.get(key);
    if (!message) throw new Error(`${saga.flow} has no message ${key}`);
    return say({ flow, version, by, orderId, message, facts, at: timeOf(plan, advanced.saga, key, now), ...trace });
  });
  return { rows: [[sagas, rowOf(advanced.saga)]], says };
}

/** What a command may carry: all that is known and, on the way back, why. */
const factsToSay = ({ state, facts, reason }: Saga): Saga['facts'] =>
  reason === null || state === 'RUNNING' || state === 'COMPLETED' ? facts : { ...facts, reason };
