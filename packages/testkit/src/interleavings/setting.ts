import type { Participant, Row } from '@ensemble/engine';
import type { Flow, OperationKind } from '@ensemble/flow';

export interface Interleaving {
  readonly participant: Participant;
  readonly flow: Flow;
  /** Rows that are there before, by the participant's name for their table. So many that the orders do not compete for them. */
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
  /** One for each order: all that its messages may carry. Let one of them be refused. */
  readonly facts: readonly Readonly<Record<string, unknown>>[];
}

/** The store's time when messages are taken; what waits aside is tried again later. */
export const now = Date.UTC(2026, 0, 1);

/** One message to the participant. */
export interface Piece {
  readonly orderId: string;
  readonly operation: string;
  readonly kind: OperationKind;
  /** The customer wishes to take the order back: too late once it is completed. */
  readonly isWish: boolean;
  /** Whether it may complete the order. */
  readonly completes: boolean;
  /** The message's key. */
  readonly message: string;
  /** On the wire. */
  readonly value: string;
  /** The store's time when it is taken. */
  readonly at: number;
}
