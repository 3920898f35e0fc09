/** Which of a service's readers a message is for: by its type, its flow and, where one name has variants, its data. */
import { EnsembleError } from '@ensemble/errors';
import { codecOf, type Flow, type Message, type Plan, type Row } from '@ensemble/flow';
import { type Copy, copiesOf } from './copies.ts';
import type { Envelope } from './envelope.ts';
import type { Participant } from './participant.ts';

export type Reader =
  | { readonly kind: 'operation'; readonly name: string; readonly row: Row }
  | { readonly kind: 'projection'; readonly name: string; readonly row: Row }
  | { readonly kind: 'coordinator'; readonly name: string };

/** A message of a flow and who in this service reads it. */
export interface Reading {
  readonly flow: Flow;
  readonly message: Message;
  readonly reader: Reader;
}

/** Who reads a message here. */
export interface Meant {
  readonly readings: readonly Reading[];
  /** What it may be of: the flow that it names, else those whose message it fits. Of several only a row of its order tells which. */
  readonly flows: readonly Flow[];
}

export interface Readings {
  readonly topics: readonly string[];
  /** The copy that is kept of what is told on this topic, where it is one of news. */
  copyOn(topic: string): Copy | undefined;
  /** Its readings, of every flow that it may be of; null: no flow defines it, or not the one that it names. */
  of(envelope: Envelope): Meant | null;
  /** Whether nobody here reads messages of this type, whatever flow they are of. */
  passesOver(type: string): boolean;
}

/** `kept`: the plans by which orders of a flow may still run, beside today's. Errors: PARTICIPANT_TWO_DOS. */
export function readingsOf(participant: Participant, flows: readonly Flow[], kept: (flow: string) => readonly Plan[] = () => []): Readings {
  for (const flow of flows) refuseTwoDos(participant, flow);
  const definitions = flows.flatMap((flow) =>
    [...flow.messages.values()].map((message): Definition => {
      const plans = [...(flow.plan ? [flow.plan] : []), ...kept(flow.name)];
      const readings = readersOf(participant, flow, message, plans).map((reader) => ({ flow, message, reader }));
      return { flow: flow.name, message, meant: { readings, flows: [flow] } };
    }),
  );
  const byName = Map.groupBy(definitions, ({ message }) => message.name);
  const topics = new Set(definitions.flatMap(({ meant }) => meant.readings.map(({ message }) => message.topic)));
  const copies = copiesOf(participant);
  const passed = new Set([...byName].filter(([, same]) => same.every(({ meant }) => meant.readings.length === 0)).map(([name]) => name));
  return {
    topics: [...topics, ...copies.keys()].toSorted(),
    copyOn: (topic) => copies.get(topic),
    passesOver: (type) => passed.has(type),
    of({ type, flow, data }) {
      const same = byName.get(type);
      const [only] = same ?? [];
      if (same?.length === 1 && only?.flow === flow && only?.message.variant === null) return only.meant;
      const possible = same?.filter((each) => (flow === undefined || each.flow === flow) && isVariant(each.message, data)) ?? [];
      if (possible.length < 2) return possible[0]?.meant ?? null;
      const fitting = possible.filter(({ message }) => codecOf(message).problem(data) === null);
      return { readings: possible.flatMap(({ meant }) => meant.readings), flows: fitting.flatMap(({ meant }) => meant.flows) };
    },
  };
}

interface Definition {
  readonly flow: string;
  readonly message: Message;
  readonly meant: Meant;
}

/** One record an order holds one do's state: a second do would find it, and be silent for ever. */
function refuseTwoDos({ name }: Participant, { name: flow, rows }: Flow): void {
  const own = rows.filter(({ reader, does }) => reader === name && (does.kind === 'do' || does.kind === 'read'));
  const dos = [...new Set(own.map(({ does }) => does.name))];
  if (dos.length > 1)
    throw new EnsembleError('PARTICIPANT_TWO_DOS', `${flow} asks ${name} for ${dos.join(' and ')}`, { flow, participant: name });
}

const isVariant = ({ variant }: Message, data: Readonly<Record<string, unknown>>): boolean =>
  variant === null || data[variant.field] === variant.value;

function readersOf(participant: Participant, flow: Flow, message: Message, plans: readonly Plan[]): Reader[] {
  const all = [...flow.rows, ...flow.watches];
  const rows = all.filter(({ reader, on }) => reader === participant.name && on.kind === 'message' && on.message.key === message.key);
  const readers = rows.map((row): Reader => ({ kind: row.does.kind === 'project' ? 'projection' : 'operation', name: row.does.name, row }));
  return participant.coordinates && flow.coordinator === participant.name && plans.some((plan) => coordinatorReads(plan, message.key))
    ? [...readers, { kind: 'coordinator', name: `${participant.name}.coordinator` }]
    : readers;
}

function coordinatorReads(plan: Plan, key: string): boolean {
  if (key === plan.begins || key === plan.cancel || plan.later.includes(key)) return true;
  return plan.groups.flat().some((step) => key in step.answers || step.undo?.answers.includes(key));
}
