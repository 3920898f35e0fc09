/** What a flow's document has: its names, which the flow is compared with, and its own table of them, which is drawn as it is there. */
import type { Tone } from './message.ts';

/** The names that a document has. A variant is named as its key: `order-updated/COMPLETED`. */
export interface DocumentList {
  readonly messages: readonly { readonly name: string; readonly topic?: string; readonly tone?: Tone }[];
  readonly topics: readonly string[];
  /** Where the document has a table of its messages: its headings, in its order. Its rows are `messages`, in theirs. */
  readonly headings?: Readonly<Partial<Record<'about' | 'tone' | 'name', string>>>;
}
