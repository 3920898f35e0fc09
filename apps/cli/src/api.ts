/** What the server answers, as far as it is read here. Times are RFC 3339, money is minor units. */
import { isEnd } from '@ensemble/flow/status';

/** How an order stands, by one of the statuses that all flows share, and in its flow's own word for that. */
export interface Stands {
  readonly status: string;
  readonly statusWord: string;
}

export interface Placed extends Stands {
  readonly orderId: string;
}

/** A line as it was ordered; with a name and a price once they are known. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
  readonly name?: string;
  readonly price?: number;
}

/** What a message told. */
export interface Changed {
  readonly customerId?: string;
  readonly lines?: readonly Line[];
  readonly pricedLines?: readonly Line[];
  readonly total?: number;
  readonly currency?: string;
  readonly paymentId?: string;
  readonly reason?: string;
  readonly productId?: string;
}

/** A message about an order, and what the order was from then on. */
export interface Entry extends Stands {
  readonly id: string;
  readonly message: string;
  readonly by: string;
  readonly time: string;
  readonly changed: Changed;
}

export interface Order extends Stands {
  readonly orderId: string;
  readonly flow: string;
  readonly customerId: string | null;
  readonly lines: readonly Line[] | null;
  readonly total: number | null;
  readonly currency: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The final snapshot; null: its flow archives none, or it has not ended. Lists have none. */
  readonly archived?: (Stands & { readonly archivedAt: string }) | null;
  /** Whose answers are to come; absent: the server cannot say. */
  readonly waitingFor?: readonly Wait[];
  /** What a person has to see to; absent: nothing. */
  readonly problems?: readonly Owed[];
}

export interface OrderList {
  readonly orders: readonly Order[];
  /** Services that may know of orders that are FAILED, and did not answer; absent: none. */
  readonly unheard?: readonly string[];
}

/** Something that is owed to the order and cannot be done. */
export interface Owed {
  readonly operation: string;
  readonly service: string;
  readonly reason: string;
  readonly since: string;
}

/** An answer that is to come. */
export interface Wait {
  readonly operation: string;
  readonly service: string;
  readonly since: string;
  readonly due: string;
  readonly overdue: boolean;
}

export interface Timeline {
  readonly status: string;
  readonly entries: readonly Entry[];
}

/** RFC 9457, as this server writes it. Another program at the address may leave out any of it. */
export interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly status: number;
  readonly detail?: string;
  readonly todo?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Whether to stop following: nothing more happens to the order by itself. */
export const hasEnded = (status: string): boolean => isEnd(status) || status === 'FAILED';
