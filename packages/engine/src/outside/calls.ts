/** What a service has asked outside and not heard the word of: a row each, in the transaction that decided to ask. */
import { codecOf, type Flow, type Operation, type Row as FlowRow } from '@ensemble/flow';
import type { Asking } from '../asking.ts';
import type { Participant } from '../participant.ts';
import { pauseAfter } from '../parking.ts';
import { int, json, type Key, type Row, type RowOf, type Table, table, text, timestamp, uuid } from '../store.ts';
import type { Working } from '../working.ts';

type Facts = Readonly<Record<string, unknown>>;

/** Who asked the service for the operation, as it is kept until the answer can be said. */
export interface KeptAsking {
  readonly flow: string;
  /** The key of the message that asks; null: the service's own clock does. */
  readonly on: string | null;
  readonly facts: Facts & { readonly orderId: string };
  readonly by: string;
  readonly cause: string | null;
  readonly version: string | null;
  readonly traceparent: string | null;
}

export const calls = table('calls', ['orderId', 'operation'], {
  orderId: uuid,
  /** By its full name: `payment.charge`. */
  operation: text,
  request: json<Facts>(),
  asked: json<KeptAsking>(),
  /** Who wants it taken back meanwhile: told when the word has come. */
  undo: json<KeptAsking>().orNull,
  attempts: int,
  nextAt: timestamp,
  askedAt: timestamp,
});

export type CallRow = RowOf<typeof calls>;

/** Milliseconds that an answer is waited for. */
export const patience = 10_000;

export const asksOutside = ({ operations }: Participant): boolean => Object.values(operations).some(({ spec }) => spec.asks !== undefined);

/** The calls that an operation may find open: an undo that of its do. */
export function callKeys({ operations }: Participant, { kind, of }: Operation, orderId: string): readonly Key[] {
  const undone = kind === 'undo' ? Object.values(operations).find(({ name }) => name === of) : undefined;
  return undone?.spec.asks ? [[orderId, undone.name]] : [];
}

/** The process that commits it asks at once; others look after it when that one was not heard of for a while. */
export function newCall(asking: Asking, request: Facts, now: number): CallRow {
  const { orderId } = asking.facts;
  return {
    orderId,
    operation: asking.row.does.name,
    request,
    asked: kept(asking),
    undo: null,
    attempts: 1,
    nextAt: now + patience + pauseAfter(1),
    askedAt: now,
  };
}

function kept({ flow, row, facts, by, cause, version, traceparent }: Asking): KeptAsking {
  const on = row.on.kind === 'message' ? row.on.message.key : null;
  return { flow: flow.name, on, facts, by, cause, version: version ?? null, traceparent: traceparent ?? null };
}

/** Whose undo waits for the word on its do is kept with the call. */
export function asWaits(asking: Asking, working: Working): readonly (readonly [Table, Row])[] {
  const { row, facts } = asking;
  const key = [facts.orderId, row.does.of ?? ''];
  const call = working.get(calls, key) as CallRow | undefined;
  if (!call) throw new Error(`order ${facts.orderId} waits for a word on ${key[1]} that nobody asked for`);
  return [[calls, { ...call, undo: kept(asking) }]];
}

/** The flow's row by which it was asked for; undefined: this process does not have it any more. */
export function rowAsked(
  flows: readonly Flow[],
  operation: string,
  { flow: name, on }: KeptAsking,
): Pick<Asking, 'flow' | 'row'> | undefined {
  const flow = flows.find((each) => each.name === name);
  const isMeant = (row: FlowRow): boolean =>
    row.does.name === operation && (on === null ? row.on.kind === 'deadline' : row.on.kind === 'message' && row.on.message.key === on);
  const row = flow?.rows.find(isMeant);
  return flow && row && { flow, row };
}

/** As it was asked. Errors: an Error, where this process does not have the flow's row any more. */
export function askingOf(flows: readonly Flow[], operation: string, asked: KeptAsking): Asking {
  const { flow: name, on: _, facts, by, cause, ...rest } = asked;
  const found = rowAsked(flows, operation, asked);
  if (!found) throw new Error(`order ${facts.orderId} waits for ${operation}, which this process's flow ${name} does not have`);
  const { flow, row } = found;
  const learn = (known: Facts): Facts => {
    if (row.on.kind !== 'message') return { ...known, ...facts };
    const codec = codecOf(row.on.message);
    return codec.learn(known, codec.encode(facts));
  };
  return { flow, row, facts, learn, by, cause, version: rest.version ?? undefined, traceparent: rest.traceparent ?? undefined };
}
