import type { Session } from './pool.ts';

export interface Reply<Cells extends readonly unknown[] = readonly unknown[]> {
  readonly rows: readonly Cells[];
}

export type Outcome<R> =
  | { readonly ok: true; readonly replies: readonly R[] }
  /** `at`: the first statement that failed; those before it were carried out. */
  | { readonly ok: false; readonly at: number; readonly error: Error };

/** A session that takes statements `Q` and answers each with an `R`. */
export interface SqlSession<Q, R> extends Session {
  /** Everything in one write, and all answers; after a statement that fails none is carried out. */
  flush(statements: readonly Q[]): Promise<Outcome<R>>;
}
