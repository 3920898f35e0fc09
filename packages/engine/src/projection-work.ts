/** A message that a projection reads: placed by its position in the flow, not by its arrival. */
import type { OrderStatus } from '@ensemble/flow';
import { type Leading, leadingOf } from './leads.ts';
import type { Understood } from './letter.ts';
import { keysOf, savedRows, viewOf } from './operation-work.ts';
import type { Entry, Participant } from './participant.ts';
import type { Reading } from './reading.ts';
import type { Row, Table } from './store.ts';
import { ofNoFlow, type Verdict } from './work.ts';
import type { Working } from './working.ts';

type Projects = (
  view: Readonly<Record<string, unknown>>,
  entry: Entry,
) => { readonly rows?: Readonly<Record<string, readonly Row[]>>; readonly waits?: true };

export function projectionWork(participant: Participant, reading: Reading, verb: string, { envelope, facts }: Understood, sure: boolean) {
  const { subject: orderId, time: at, source } = envelope;
  const { flow, message } = reading;
  const { rank, status, leads, settles } = placeOf(reading);
  const by = source.startsWith(ours) ? source.slice(ours.length) : source;
  const named = envelope.flow !== undefined;
  const entry: Entry = { orderId, flow: flow.name, named, sure, message: message.key, by, at, rank, status, facts, leads, settles };
  return {
    keys: (table: Table, working: Working) => keysOf(participant, table, working, facts),
    decide(working: Working): Verdict {
      const project = participant.decide[verb] as Projects | undefined;
      if (!project) throw new Error(`${participant.name} has no decision for ${verb}`);
      const { rows = {}, waits } = project(viewOf(participant, working, orderId), entry);
      if (waits) return { park: ofNoFlow(envelope.type) };
      return { rows: savedRows(participant, rows), says: [] };
    },
  };
}

const ours = '/ensemble/';

interface Place extends Leading {
  readonly rank: number;
  readonly status: OrderStatus;
}

/** Worked out once a reading: every message asks. */
const places = new WeakMap<Reading, Place>();

function placeOf(reading: Reading): Place {
  const known = places.get(reading);
  if (known) return known;
  const { flow, message } = reading;
  const place = { ...(flow.places.get(message.key) ?? { rank: 0, status: 'RUNNING' as const }), ...leadingOf(flow, message.key) };
  places.set(reading, place);
  return place;
}
