/** What a flow's document has: its names, which the flow is compared with, its own table of them, and what it wants of the running system. */
import type { Tone } from './message.ts';

/** The names that a document has. A variant is named as its key: `order-updated/COMPLETED`. */
export interface DocumentList {
  readonly messages: readonly { readonly name: string; readonly topic?: string; readonly tone?: Tone }[];
  readonly topics: readonly string[];
  /** Where the document has a table of its messages: its headings, in its order. Its rows are `messages`, in theirs. */
  readonly headings?: Readonly<Partial<Record<'about' | 'tone' | 'name', string>>>;
  readonly targets?: Targets;
}

/** What a document wants of the running system: the bench prints each beside what it measures. */
export interface Targets {
  /** Of a hundred requests 98 are answered in so many milliseconds. */
  readonly answerP98?: number;
  readonly ordersADay?: number;
  /** Participants without which an order's history can still be read. */
  readonly historyWithout?: readonly string[];
}
