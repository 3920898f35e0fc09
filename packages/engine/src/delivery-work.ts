/** From a delivery to the works it asks for: one for each reader; or a dead letter, when it is no message of any flow. */
import { EnsembleError } from '@ensemble/errors';
import { type Copy, copyWork } from './copies.ts';
import { answerWork, type Plans } from './coordinator/coordinator-work.ts';
import { sagas } from './coordinator/saga.ts';
import { type Envelope, typeOf, unsealAny } from './envelope.ts';
import { type Letter, opened, type Understood } from './letter.ts';
import { newsId, problemOf } from './news.ts';
import { operationWork } from './operation-work.ts';
import { isDue, isLastAttempt } from './parking.ts';
import type { Participant } from './participant.ts';
import { projectionWork } from './projection-work.ts';
import type { Meant, Reading, Readings } from './reading.ts';
import { type ParkedRow, parked } from './tables.ts';
import { nothing, type Verdict, type Work } from './work.ts';
import type { Working } from './working.ts';

/** A message as it came, or as it waited aside. */
export interface Arrival {
  readonly topic: string;
  /** Where it was read in the log, for a message without a readable id. */
  readonly partition?: number;
  readonly offset?: bigint;
  readonly key: string;
  readonly value: string;
  /** When the log took it, or it was put aside: milliseconds since 1970. */
  readonly timestamp: number;
  /** Set when it waited aside, as what and for whom: it is taken out of there once it is done. */
  readonly waited?: Waited;
}

type Waited = Pick<ParkedRow, 'messageId' | 'reader'>;

export interface Recipient {
  readonly participant: Participant;
  readonly readings: Readings;
  readonly plans: Plans;
}

/** Errors are dead letters, never exceptions: nothing else in the batch is disturbed. */
export function worksOf(recipient: Recipient, arrival: Arrival): Work[] {
  const works = arrived(recipient, arrival);
  const { waited } = arrival;
  return waited ? works.map((work) => takenBack(work, waited)) : works;
}

function arrived(recipient: Recipient, arrival: Arrival): Work[] {
  const { waited } = arrival;
  const copy = recipient.readings.copyOn(arrival.topic);
  if (copy) return [copiedWork(recipient, arrival, copy)];
  const type = typeOf(arrival.value);
  if (!waited && type !== undefined && recipient.readings.passesOver(type)) return [];
  let letter: Letter;
  try {
    letter = opened(arrival.value, arrival.timestamp);
  } catch (error) {
    return [deadLetter(recipient, arrival, placeOf(arrival), error)];
  }
  const { envelope } = letter;
  const meant = recipient.readings.of(envelope);
  if (meant === null) {
    const flow = envelope.flow === undefined ? 'flow' : `flow ${envelope.flow}`;
    return [deadLetter(recipient, arrival, envelope.id, new EnsembleError('MESSAGE_UNKNOWN', `no ${flow} defines ${envelope.type}`))];
  }
  const { readings, flows } = meant;
  if (!waited) return readings.map((reading) => workOf(recipient, arrival, reading, letter, flows));
  const waiting = readings.filter(({ reader }) => reader.name === waited.reader);
  if (waiting.length > 0) return waiting.map((reading) => workOf(recipient, arrival, reading, letter, flows));
  return [
    deadLetter(recipient, arrival, envelope.id, new EnsembleError('MESSAGE_UNKNOWN', `${waited.reader} no longer reads ${envelope.type}`)),
  ];
}

const placeOf = ({ topic, partition, offset }: Arrival): string => `${topic}/${partition}/${offset}`;

function copiedWork(recipient: Recipient, arrival: Arrival, copy: Copy): Work {
  const { news, reader } = copy;
  let told: Envelope;
  try {
    told = unsealAny(arrival.value, arrival.timestamp);
  } catch (error) {
    return deadLetter(recipient, arrival, placeOf(arrival), error);
  }
  const problem = problemOf(news, told);
  if (problem) return deadLetter(recipient, arrival, told.id, problem);
  const { topic, value, waited } = arrival;
  const parks = { messageId: newsId(news, told.data), reader, ...waited, orderId: told.subject, topic, value };
  return { ...copyWork(copy, told.data), parks };
}

/** `flows`: those that the message may be of. */
function workOf(recipient: Recipient, arrival: Arrival, reading: Reading, letter: Letter, flows: Meant['flows']): Work {
  const { topic, value } = arrival;
  const understood = letter.as(reading.message);
  const { id, subject: orderId, type } = understood.envelope;
  const parks = { messageId: id, reader: reading.reader.name, ...arrival.waited, orderId, topic, value };
  if ('problem' in understood) {
    const why = `MESSAGE_MISFIT: ${type} ${understood.problem}`;
    const isOthers = flows.length > 0 && !flows.includes(reading.flow);
    return isOthers ? misfit(recipient, reading, parks, why) : dead(parks, why);
  }
  return { ...bodyOf(recipient, reading, understood, flows.length === 1), parks };
}

function bodyOf({ participant, plans }: Recipient, reading: Reading, understood: Understood, sure: boolean): Pick<Work, 'keys' | 'decide'> {
  const { reader } = reading;
  if (reader.kind === 'coordinator') return answerWork(plans, participant.name, reading, understood, sure);
  if (reader.kind === 'projection') return projectionWork(participant, reading, reader.row.does.verb, understood, sure);
  return operationWork(participant, reading, reader.row, understood, sure);
}

/** Tried again, unless another process was first: done now, it no longer waits aside. */
function takenBack(work: Work, { messageId, reader }: Waited): Work {
  const key = [messageId, reader];
  const rowOf = (working: Working): ParkedRow | undefined => working.get(parked, key) as ParkedRow | undefined;
  return {
    ...work,
    keys: (table, working) => (table === parked ? [key] : work.keys(table, working)),
    stillWaits(working, now) {
      const row = rowOf(working);
      return row !== undefined && isDue(row, now);
    },
    decide(working, now) {
      const verdict = lastly(work.decide(working, now), rowOf(working));
      return 'says' in verdict ? { ...verdict, removes: [...(verdict.removes ?? []), [parked, key] as const] } : verdict;
    },
  };
}

const lastly = (verdict: Verdict, row: ParkedRow | undefined): Verdict =>
  'park' in verdict && verdict.atLast && row && isLastAttempt(row) ? verdict.atLast : verdict;

/** It fits another flow's message and not this one's: a dead letter where the order is of this flow, and else that other's. */
function misfit({ participant }: Recipient, { flow, reader }: Reading, parks: NonNullable<Work['parks']>, why: string): Work {
  const table = reader.kind === 'coordinator' ? sagas : participant.tables['record'];
  const key = [parks.orderId];
  return {
    keys: (each) => (each === table ? [key] : []),
    decide: (working) => (table && working.get(table, key)?.['flow'] === flow.name ? { dead: why } : nothing),
    parks,
  };
}

const dead = (parks: NonNullable<Work['parks']>, why: string): Work => ({ keys: () => [], decide: () => ({ dead: why }), parks });

function deadLetter({ participant }: Recipient, arrival: Arrival, id: string, error: unknown): Work {
  const why = error instanceof EnsembleError ? `${error.code}: ${error.message}` : String(error);
  const { key: orderId, topic, value, waited } = arrival;
  return dead({ messageId: id, reader: participant.name, ...waited, orderId, topic, value }, why);
}
