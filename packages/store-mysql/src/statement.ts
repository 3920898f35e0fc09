import type * as sql from '@ensemble/sql';

/** What a parameter may be. Nothing else is given to the driver: it would spread an object or an array out as SQL. */
export type Value = string | number | null;

export interface Statement {
  /** With a `?` for each value. */
  readonly text: string;
  readonly values?: readonly Value[];
  /** How many rows a change must find; undefined: any number will do. */
  readonly finds?: number;
}

/** A row as the driver read it: numbers that are safe, the rest as text. */
export type Cells = readonly Value[];

export interface Reply extends sql.Reply<Cells> {
  /** How many rows a change found, whether or not it made them different. */
  readonly found: number;
}

export type Outcome = sql.Outcome<Reply>;
