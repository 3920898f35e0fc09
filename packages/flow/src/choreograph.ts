/** A flow without a coordinator: its rows are all there is. */
import { checked } from './check/check.ts';
import type { DocumentList } from './document.ts';
import type { Message } from './message.ts';
import type { Flow, Row } from './model.ts';
import type { Operation, Spec } from './operation.ts';
import { choreographedPlaces } from './places.ts';
import { byKey } from './said.ts';
import type { OrderStatus } from './status.ts';
import type { Beginning } from './step.ts';
import { versionOf } from './version.ts';

export interface Choreography {
  readonly name: string;
  /** What it is, to who meets it for the first time; drawn. */
  readonly about?: string;
  /** The participant where the flow begins. */
  readonly begins: Beginning;
  /** The message the gateway says when the customer cancels; a row reads it. */
  readonly cancel?: Message;
  readonly rows: readonly (readonly Row[])[];
  /** Projections that hear every message, as no row of the flow: that they read one is no answer to who reads it. */
  readonly watchedBy?: readonly Operation<Spec, 'project'>[];
  /** The document's words for the statuses. */
  readonly words?: Readonly<Partial<Record<OrderStatus, string>>>;
  /** The document's names for our participants. */
  readonly seats?: Readonly<Record<string, string>>;
  /** The names that its document has: the flow's must be the same. */
  readonly document?: DocumentList;
}

/** Compiles and checks. Errors: the FLOW_ codes, all problems of the flow in one error. */
export function choreograph(written: Choreography): Flow {
  const { name, begins, rows } = written;
  const { does, says, replies } = begins.data;
  const first: Row = { reader: does.participant, on: { kind: 'message', message: says }, does, says: replies };
  const cancel = written.cancel ?? null;
  const all = [first, ...rows.flat()];
  const messages = byKey({ begins: says, cancel, rows: all });
  const flow = {
    name,
    version: versionOf(name, all, null),
    coordinator: null,
    begins: says,
    cancel,
    rows: all,
    plan: null,
    watches: (written.watchedBy ?? []).flatMap((watch) => [...messages.values()].map((message) => hears(watch, message))),
    messages,
    seats: written.seats ?? {},
    words: written.words ?? {},
    about: written.about ?? '',
    document: written.document ?? null,
  };
  return checked({ ...flow, places: choreographedPlaces(flow) });
}

const hears = (does: Operation, message: Message): Row => ({ reader: does.participant, on: { kind: 'message', message }, does, says: {} });
