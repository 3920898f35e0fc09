import type * as sql from '@ensemble/sql';

export interface Statement {
  /** Prepared once per session under this name; without one it is sent as it is. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly (string | null)[];
}

/** A row as the server wrote it. */
export type Cells = readonly (string | null)[];

export type Reply = sql.Reply<Cells>;
export type Outcome = sql.Outcome<Reply>;
