/** What a parameter may be. Nothing else is given to the driver: it would spread an object or an array out as SQL. */
export type Value = string | number | null;

export interface Statement {
  /** With a `?` for each value. */
  readonly text: string;
  readonly values?: readonly Value[];
}

/** A row as the driver read it: numbers that are safe, the rest as text. */
export type Cells = readonly Value[];

export interface Reply {
  readonly rows: readonly Cells[];
  /** How many rows a change found, whether or not it made them different. */
  readonly found: number;
}

export type Outcome =
  | { readonly ok: true; readonly replies: readonly Reply[] }
  /** `at`: the first statement that failed; those before it were carried out. */
  | { readonly ok: false; readonly at: number; readonly error: Error };
