/** What a flow compiles to: rows for the participants, and for a coordinated one a plan, as data. Everything else reads only this. */
import type { DocumentList } from './document.ts';
import type { Message } from './message.ts';
import type { Operation } from './operation.ts';
import type { OrderStatus } from './status.ts';

export type Trigger =
  | { readonly kind: 'message'; readonly message: Message }
  /**
   * The participant's own clock: so many milliseconds after the record was made, unless it has ended. What was then taken back is said
   * again until all of it is settled; after `giveUp` milliseconds a person is needed.
   */
  | { readonly kind: 'deadline'; readonly after: number; readonly giveUp: number }
  /** The participant speaks unasked. */
  | { readonly kind: 'later' };

/** Who reads which message, which operation it runs, and which message each outcome says. */
export interface Row {
  readonly reader: string;
  readonly on: Trigger;
  readonly does: Operation;
  /** By outcome; an outcome that is not here is silent (rows that say nothing, projections). */
  readonly says: Readonly<Record<string, Message>>;
}

export type StepKind = 'compensatable' | 'pivot' | 'retriable';

/** JSON only: it is stored with the sagas that run by it. Messages are named by key, operations by name. */
export interface PlanStep {
  /** The operation's name: unique in a flow. */
  readonly step: string;
  readonly kind: StepKind;
  /** The command; null for the beginning, which is done when the saga begins. */
  readonly says: string | null;
  /** Reply → how it ended; empty for a `tell`, which nobody answers. */
  readonly answers: Readonly<Record<string, { readonly outcome: string; readonly refuses: boolean }>>;
  readonly undo: PlanUndo | null;
  /** Milliseconds until it is asked again. */
  readonly within: number;
  /** How often it is asked before its outcome counts as unknown (before or at the pivot) or is flagged (after). */
  readonly attempts: number;
}

export interface PlanUndo {
  readonly step: string;
  readonly says: string;
  /** The replies that confirm it; empty: nobody answers. */
  readonly answers: readonly string[];
  readonly within: number;
  /** Milliseconds of asking until a person is needed. */
  readonly giveUp: number;
}

export interface Plan {
  readonly flow: string;
  readonly version: string;
  readonly coordinator: string;
  readonly begins: string;
  readonly cancel: string | null;
  /** In order; the steps of one group are asked together. */
  readonly groups: readonly (readonly PlanStep[])[];
  /** Messages that undo everything whenever they come, COMPLETED included. */
  readonly later: readonly string[];
}

/** How a message stands in its flow. */
export interface Place {
  /** Its position: a timeline is sorted by it, whatever arrived first. */
  readonly rank: number;
  /** What an order is once this was said. */
  readonly status: OrderStatus;
}

export interface Flow {
  readonly name: string;
  /** Changes whenever the plan or the rows change. */
  readonly version: string;
  /** The service that coordinates; null: choreographed. */
  readonly coordinator: string | null;
  /** The message the gateway says when the order is placed. */
  readonly begins: Message;
  /** The message the gateway says when the customer cancels. */
  readonly cancel: Message | null;
  readonly rows: readonly Row[];
  readonly plan: Plan | null;
  /** Projections that hear every message, a row for each: apart from the others, since what a flow says and reads is the same without. */
  readonly watches: readonly Row[];
  /** By key. */
  readonly messages: ReadonlyMap<string, Message>;
  readonly places: ReadonlyMap<string, Place>;
  /** The document's names for our participants. */
  readonly seats: Readonly<Record<string, string>>;
  /** The document's words for the statuses. */
  readonly words: Readonly<Partial<Record<OrderStatus, string>>>;
  /** What it is, to who meets it for the first time; drawn, and empty where nothing was written. */
  readonly about: string;
  /** What the document has that it is written after; null: there is none. */
  readonly document: DocumentList | null;
}
