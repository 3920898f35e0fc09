import type { Participant, Row, Word } from '@ensemble/engine';
import type { Flow, OperationKind } from '@ensemble/flow';

export interface Interleaving {
  readonly participant: Participant;
  readonly flow: Flow;
  /** Rows that are there before, by the participant's name for their table. So many that the orders do not compete for them. */
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
  /**
   * One for each order: all that its messages, and words from outside, may carry. Let one of them be refused. Outside every second order
   * is refused, where it can be.
   */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
}

/** The store's time when messages are taken; what waits aside is tried again later. */
export const now = Date.UTC(2026, 0, 1);

/** One message to the participant, or one word from outside. */
export interface Piece {
  readonly orderId: string;
  readonly operation: string;
  readonly kind: OperationKind | 'word';
  /** The customer wishes to take the order back: too late once it is completed. */
  readonly isWish: boolean;
  /** Whether it may complete the order. */
  readonly completes: boolean;
  /** The message's key. */
  readonly message: string;
  /** A message, on the wire; of a word what it is about. */
  readonly value: string;
  readonly word: Word | null;
  /** The store's time when it is taken. */
  readonly at: number;
}
