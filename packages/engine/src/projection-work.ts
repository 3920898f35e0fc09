/** A message that a projection reads: placed by its position in the flow, not by its arrival. */
import { codecOf } from '@ensemble/flow';
import type { Envelope } from './envelope.ts';
import { leadingOf } from './leads.ts';
import { keysOf, viewOf } from './operation-work.ts';
import type { Entry, Participant } from './participant.ts';
import type { Reading } from './reading.ts';
import type { Row, Table } from './store.ts';
import type { Effect } from './work.ts';
import type { Working } from './working.ts';

type Projects = (view: Readonly<Record<string, unknown>>, entry: Entry) => { readonly rows?: Readonly<Record<string, readonly Row[]>> };

export function projectionWork(participant: Participant, { flow, message }: Reading, verb: string, envelope: Envelope) {
  const { id, subject: orderId, time: at, source } = envelope;
  const facts = { ...codecOf(message).decode(envelope.data), orderId };
  const { rank, status } = flow.places.get(message.key) ?? { rank: 0, status: 'RUNNING' as const };
  const by = source.startsWith('/ensemble/') ? source.slice('/ensemble/'.length) : source;
  const entry: Entry = {
    id,
    orderId,
    flow: flow.name,
    named: envelope.flow !== undefined,
    message: message.key,
    by,
    at,
    rank,
    status,
    facts,
    ...leadingOf(flow, message.key),
  };
  return {
    keys: (table: Table, working: Working) => keysOf(participant, table, working, facts),
    decide(working: Working): Effect {
      const project = participant.decide[verb] as Projects | undefined;
      if (!project) throw new Error(`${participant.name} has no decision for ${verb}`);
      const { rows = {} } = project(viewOf(participant, working, orderId), entry);
      const saved = Object.entries(rows).flatMap(([name, each]) => {
        const table = participant.tables[name];
        if (!table) throw new Error(`${participant.name} has no table ${name}`);
        return each.map((row) => [table, row] as const);
      });
      return { rows: saved, says: [] };
    },
  };
}
