/** A participant is asked for an operation: its rows, its record, its answer. */
import { codecOf, type Message, type Operation, type Row as FlowRow } from '@ensemble/flow';
import type { Asking } from './asking.ts';
import { dueAfter, dueKeys } from './due.ts';
import { wasCompleted } from './ending.ts';
import type { Understood } from './letter.ts';
import { isWish, ownRows } from './own-rows.ts';
import { asWaits, callKeys, calls, newCall } from './outside/calls.ts';
import type { Participant, StoredAnswer } from './participant.ts';
import type { Reading } from './reading.ts';
import { type Asks, type Decided, type Next as Changed, type NotYet, operate, type Operated, type RecordRow } from './record.ts';
import { say } from './saying.ts';
import type { Key, Row, Table } from './store.ts';
import { due } from './tables.ts';
import { type Effect, nothing, ofNoFlow, type Said, type Verdict } from './work.ts';
import type { Working } from './working.ts';

type Facts = Readonly<Record<string, unknown>>;
type Reads = (view: Facts, facts: Facts) => Decided | Asks | NotYet;
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

export function recordOf({ name, tables }: Participant): Table {
  const table = tables['record'];
  if (!table) throw new Error(`${name} has no record`);
  return table;
}

/** The rows a decision sees: every table by name, and the record of this order. */
export function viewOf({ tables }: Participant, working: Working, orderId: string): Facts {
  const views = working.views(tables);
  const table = tables['record'];
  if (!table) return views;
  return { ...views, record: working.has(table, [orderId]) ? working.get(table, [orderId]) : undefined };
}

/** The keys of one of the participant's tables for a message that tells these facts. */
export function keysOf(participant: Participant, table: Table, working: Working, facts: Facts & { orderId: string }): readonly Key[] {
  if (table === participant.tables['record']) return [[facts.orderId]];
  const name = tableNames(participant).get(table);
  const names = name === undefined ? undefined : (participant.keys[name] as NamesKeys | undefined);
  return names?.(facts, viewOf(participant, working, facts.orderId)) ?? [];
}

export function operationWork(
  participant: Participant,
  { flow, message }: Reading,
  row: FlowRow,
  { envelope, facts }: Understood,
  sure: boolean,
) {
  const { data, type: by, id: cause, version, traceparent } = envelope;
  const learn = (known: Facts): Facts => codecOf(message).learn(known, data);
  return askedWork(participant, { flow, row, facts, learn, by, cause, version, traceparent, sure });
}

export function askedWork(participant: Participant, asking: Asking) {
  const asked: Asked = { ...asking, participant, operation: asking.row.does };
  return {
    keys: (table: Table, working: Working): readonly Key[] =>
      table === due || table === calls ? besides(asked, table, working) : keysOf(participant, table, working, asking.facts),
    decide: (working: Working, now: number): Verdict => run(asked, working, now),
  };
}

/**
 * What is kept beside a record, which is loaded before it: nothing before there is one, and a call only while it waits for the word. An
 * order's clock is set anew by its undo alone; whatever else it comes to, the clock goes or stays, and need not be read for that.
 */
function besides({ participant, operation, flow, facts: { orderId } }: Asked, table: Table, working: Working): readonly Key[] {
  if (table === due && operation.kind !== 'undo') return [];
  const keys = table === due ? dueKeys(participant, flow, orderId) : callKeys(participant, operation, orderId);
  const record = keys.length > 0 ? (working.get(recordOf(participant), [orderId]) as RecordRow | undefined) : undefined;
  return record && (table === due || record.state === 'waiting') ? keys : [];
}

export interface Asked extends Asking {
  readonly participant: Participant;
  readonly operation: Operation;
}

function run(asked: Asked, working: Working, now: number): Verdict {
  const { participant, operation, facts, flow } = asked;
  const decide = participant.decide[operation.verb] as Reads | undefined;
  if (!decide) throw new Error(`${participant.name} has no decision for ${operation.name}`);
  const missing = Object.keys(operation.spec.needs ?? {}).find((name) => facts[name] === undefined);
  if (missing !== undefined) return { dead: `${operation.name} needs ${missing}, which ${asked.by} does not carry` };

  const record = working.get(recordOf(participant), [facts.orderId]) as RecordRow | undefined;
  if (record && record['flow'] !== flow.name) return nothing; // a message that names no flow may be another flow's, and is
  if (!record && asked.sure === false) return { park: ofNoFlow(asked.by), atLast: nothing };
  if (record && isWish(flow, asked.row) && wasCompleted(participant, record)) return nothing; // too late: the order went through
  const operated = operate(operation, record, now, () => decide(viewOf(participant, working, facts.orderId), facts));
  if (operated.kind !== 'early') return effectOf(asked, working, operated, now);
  const { why, atLast } = operated;
  return atLast ? { park: why, atLast: effectOf(asked, working, atLast, now) } : { park: why };
}

function effectOf(asked: Asked, working: Working, operated: Exclude<Operated, { kind: 'early' }>, now: number): Effect {
  const record = working.get(recordOf(asked.participant), [asked.facts.orderId]) as RecordRow | undefined;
  const answer = operated.kind === 'answer' ? operated.answer : null;
  if (!operated.next) return answer ? { rows: [], says: said(asked, answer, spoken(asked, record, answer)) } : nothing;
  const effect = after(asked, record, { ...operated.next, answer, now });
  if (operated.kind === 'asks') return { ...effect, rows: [...effect.rows, [calls, newCall(asked, operated.request, now)]] };
  return operated.kind === 'silent' ? { ...effect, rows: [...effect.rows, ...asWaits(asked, working)] } : effect;
}

/** What is saved and said when a record changes. */
export function after(asked: Asked, record: RecordRow | undefined, next: Next): Effect {
  const { participant, operation } = asked;
  const { answer, by, now } = next;
  const table = recordOf(participant);
  const draft = nextRecord(asked, table, record, next);
  const words = answer && spoken(asked, draft, answer);
  const row = words && isShared(asked) ? remembering(draft, operation.verb, words) : draft;
  const others = savedRows(participant, by?.rows ?? {});
  const clock = dueAfter(asked, record, row, now);
  return { rows: [[table, row], ...others, ...clock.rows], says: answer ? said(asked, answer, words) : [], removes: clock.removes };
}

/** What a decision saves, which names its tables. */
export function savedRows(participant: Participant, rows: Readonly<Record<string, readonly Row[]>>): [Table, Row][] {
  const saved: [Table, Row][] = [];
  for (const [name, each] of Object.entries(rows)) {
    const table = participant.tables[name];
    if (!table) throw new Error(`${participant.name} has no table ${name}`);
    for (const row of each) saved.push([table, row]);
  }
  return saved;
}

interface Next extends Changed {
  readonly answer: StoredAnswer | null;
  readonly now: number;
}

function nextRecord({ operation, flow, facts }: Asked, table: Table, record: RecordRow | undefined, next: Next): RecordRow {
  return {
    ...(record ?? { ...emptyRow(table), orderId: facts.orderId, flow: flow.name }),
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

/** What is said, and to whom: the same whoever asks again. */
interface Words {
  readonly message: Message;
  readonly facts: Facts;
  readonly cause: string | null;
}

const isShared = ({ flow, participant, operation }: Asked): boolean => ownRows(flow, participant.name).shared.has(operation.name);

/** What the row says for this outcome: from what was asked, what the participant keeps, and what the outcome adds. */
function spoken(asked: Asked, record: Row | undefined, answer: StoredAnswer): Words | null {
  const message = asked.row.says[answer.outcome];
  if (!message) return null;
  if (answer.told?.message === message.key) return { message, facts: answer.told.facts, cause: answer.told.cause };
  return { message, facts: { ...asked.learn(keptFacts(asked, record)), ...answer.adds }, cause: asked.cause };
}

/** Kept as the message carries it, and no more. */
function remembering(record: RecordRow, verb: string, { message, facts, cause }: Words): RecordRow {
  const codec = codecOf(message);
  const answer = record.answers[verb];
  const told = { message: message.key, facts: codec.decode(codec.encode(facts)), cause };
  return answer ? { ...record, answers: { ...record.answers, [verb]: { ...answer, told } } } : record;
}

function said({ participant, flow, facts: { orderId }, version, traceparent }: Asked, { at }: StoredAnswer, words: Words | null): Said[] {
  if (!words) return [];
  const { message, facts, cause } = words;
  return [say({ flow, version, by: participant.name, orderId, message, facts, at, cause: cause ?? undefined, traceparent })];
}
