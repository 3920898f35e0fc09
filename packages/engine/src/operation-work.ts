/** A message that asks a participant for an operation: its rows, its record, its answer. */
import { codecOf, type Operation, type Row as FlowRow } from '@ensemble/flow';
import type { Envelope } from './envelope.ts';
import type { Participant, RecordState, StoredAnswer } from './participant.ts';
import type { Reading } from './reading.ts';
import { type Decided, operate, type RecordRow } from './record.ts';
import { say } from './saying.ts';
import type { Key, Row, Table } from './store.ts';
import { type Effect, nothing, type Said, type Verdict } from './work.ts';
import type { Working } from './working.ts';

type Facts = Readonly<Record<string, unknown>>;
type Reads = (view: Facts, facts: Facts) => Decided;
type NamesKeys = (facts: Facts, view: Facts) => readonly Key[];

/** Worked out once a participant: every message asks. */
const namesOf = new WeakMap<Participant, ReadonlyMap<Table, string>>();

function tableNames(participant: Participant): ReadonlyMap<Table, string> {
  const known = namesOf.get(participant);
  if (known) return known;
  const names = new Map(Object.entries(participant.tables).map(([name, table]) => [table, name]));
  namesOf.set(participant, names);
  return names;
}

/** The rows a decision sees: every table by name, and the record of this order. */
export function viewOf(participant: Participant, working: Working, orderId: string): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const [table, name] of tableNames(participant))
    view[name] = name === 'record' ? (working.has(table, [orderId]) ? working.get(table, [orderId]) : undefined) : working.view(table);
  return view;
}

/** The keys of one of the participant's tables for a message that tells these facts. */
export function keysOf(participant: Participant, table: Table, working: Working, facts: Facts & { orderId: string }): readonly Key[] {
  if (table === participant.tables['record']) return [[facts.orderId]];
  const name = tableNames(participant).get(table);
  const names = name === undefined ? undefined : (participant.keys[name] as NamesKeys | undefined);
  return names?.(facts, viewOf(participant, working, facts.orderId)) ?? [];
}

export function operationWork(participant: Participant, reading: Reading, row: FlowRow, envelope: Envelope) {
  const facts = { ...codecOf(reading.message).decode(envelope.data), orderId: envelope.subject };
  const operation = row.does;
  return {
    keys: (table: Table, working: Working) => keysOf(participant, table, working, facts),
    decide: (working: Working, now: number): Verdict => run({ participant, reading, row, envelope, facts, operation }, working, now),
  };
}

interface Asked {
  readonly participant: Participant;
  readonly reading: Reading;
  readonly row: FlowRow;
  readonly envelope: Envelope;
  readonly facts: Facts & { readonly orderId: string };
  readonly operation: Operation;
}

function run(asked: Asked, working: Working, now: number): Verdict {
  const { participant, operation, facts, envelope } = asked;
  const table = participant.tables['record'];
  const decide = participant.decide[operation.verb] as Reads | undefined;
  if (!table || !decide) throw new Error(`${participant.name} has no record or no decision for ${operation.name}`);
  const missing = Object.keys(operation.spec.needs ?? {}).find((name) => facts[name] === undefined);
  if (missing !== undefined) return { dead: `${operation.name} needs ${missing}, which ${envelope.type} does not carry` };

  const record = working.get(table, [facts.orderId]) as RecordRow | undefined;
  if (record && record['flow'] !== asked.reading.flow.name) return nothing; // a message that names no flow is every flow's until a row says which
  const operated = operate(operation, record, now, () => decide(viewOf(participant, working, facts.orderId), facts));
  if (operated.kind === 'early') return { park: operated.why };
  const answer = operated.kind === 'answer' ? operated.answer : null;
  if (!operated.next) return answer ? { rows: [], says: answers(asked, record, answer) } : nothing;
  const next = nextRecord(asked, table, record, { ...operated.next, answer, now });
  const others = Object.entries(operated.next.by?.rows ?? {}).flatMap(([name, rows]) =>
    rows.map((each) => changed(participant, name, each)),
  );
  const effect: Effect = { rows: [[table, next], ...others], says: answer ? answers(asked, next, answer) : [] };
  return effect;
}

const changed = (participant: Participant, name: string, row: Row): readonly [Table, Row] => {
  const table = participant.tables[name];
  if (!table) throw new Error(`${participant.name} has no table ${name}`);
  return [table, row];
};

interface Next {
  readonly state: RecordState;
  readonly by: Decided | null;
  readonly answer: StoredAnswer | null;
  readonly now: number;
}

function nextRecord({ operation, reading, facts }: Asked, table: Table, record: RecordRow | undefined, next: Next): RecordRow {
  return {
    ...(record ?? { ...emptyRow(table), orderId: facts.orderId, flow: reading.flow.name }),
    ...next.by?.record,
    state: next.state,
    answers: next.answer ? { ...record?.answers, [operation.verb]: next.answer } : (record?.answers ?? {}),
    updatedAt: next.now,
  };
}

/** Made once a table: a new record is made for every order. */
const emptyRows = new WeakMap<Table, Row>();

function emptyRow(table: Table): Row {
  const known = emptyRows.get(table);
  if (known) return known;
  const row = Object.fromEntries(Object.keys(table.columns).map((column) => [column, null]));
  emptyRows.set(table, row);
  return row;
}

/** The facts that the do of this operation keeps in the record. */
function keptFacts({ participant, operation }: Asked, record: Row | undefined): Facts {
  const { of } = operation;
  const owner = of === undefined ? operation : Object.values(participant.operations).find(({ name }) => name === of);
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(owner?.spec.keeps ?? {})) {
    const value = record?.[name] ?? null;
    if (value !== null) kept[name] = value;
  }
  return kept;
}

/** What the row says for this outcome: from what came in, what the participant keeps, and what the outcome adds. */
function answers(asked: Asked, record: Row | undefined, answer: StoredAnswer): Said[] {
  const { participant, reading, row, envelope } = asked;
  const message = row.says[answer.outcome];
  if (!message) return [];
  const said = { ...codecOf(reading.message).learn(keptFacts(asked, record), envelope.data), ...answer.adds };
  const { flow } = reading;
  const { id: cause, traceparent, version, subject: orderId } = envelope;
  return [say({ flow, version, by: participant.name, orderId, message, facts: said, at: answer.at, cause, traceparent })];
}
