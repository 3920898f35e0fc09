import type { Flow, Row as FlowRow } from '@ensemble/flow';

type Facts = Readonly<Record<string, unknown>>;

/** Whoever asks a participant for an operation: a message, its own clock, or somebody outside. */
export interface Asking {
  readonly flow: Flow;
  readonly row: FlowRow;
  readonly facts: Facts & { readonly orderId: string };
  /** What is known, with what the asking tells. */
  readonly learn: (known: Facts) => Facts;
  /** In words: a message's type, or who else. */
  readonly by: string;
  /** The id of the message that asks; null: none does. */
  readonly cause: string | null;
  readonly version?: string | undefined;
  readonly traceparent?: string | undefined;
  /** False: the message may be of another flow too, and only a record says that it is of this one. */
  readonly sure?: boolean;
}
