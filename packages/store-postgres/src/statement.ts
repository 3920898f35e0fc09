export interface Statement {
  /** Prepared once per session under this name; without one it is sent as it is. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly (string | null)[];
}

/** A row as the server wrote it. */
export type Cells = readonly (string | null)[];

export interface Reply {
  readonly command: string;
  readonly rows: readonly Cells[];
}

export type Outcome =
  | { readonly ok: true; readonly replies: readonly Reply[] }
  /** `at`: the first statement that failed; those before it were carried out. */
  | { readonly ok: false; readonly at: number; readonly error: Error };
