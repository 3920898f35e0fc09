import type pg from 'pg';
import { isStalePlan } from './failure.ts';
import type { Cells, Outcome, Reply, Statement } from './statement.ts';
import { encode } from './wire.ts';

/** The names that a session has prepared; `false`: one that failed, of which only the server knows whether it is there. */
export type Prepared = Map<string, boolean>;

/**
 * Many statements behind one Sync: the server answers them all in one go, and after a failed one carries out none. The driver's own
 * pipeline mode sends a Sync behind each, which costs both sides a system call a statement; and since cells stay text no row needs
 * describing. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export class Flush implements pg.Submittable {
  readonly outcome: Promise<Outcome>;
  readonly #statements: readonly Statement[];
  readonly #prepared: Prepared;
  readonly #replies: Reply[] = [];
  #rows: Cells[] = [];
  #settle: (outcome: Outcome) => void = () => undefined;

  constructor(statements: readonly Statement[], prepared: Prepared) {
    this.#statements = statements;
    this.#prepared = prepared;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  submit(connection: pg.Connection): void {
    const parsed = new Set<string>();
    const sent = this.#statements.map(({ name = '', text, values = [] }) => {
      const prepares = name === '' || (this.#prepared.get(name) !== true && !parsed.has(name));
      const forgets = prepares && this.#prepared.get(name) === false;
      if (prepares) parsed.add(name);
      return { name, text, values, forgets, prepares };
    });
    connection.stream.write(encode(sent));
  }

  handleDataRow({ fields }: { readonly fields: Cells }): void {
    this.#rows.push(fields);
  }

  handleCommandComplete(): void {
    const { name } = this.#statements[this.#replies.length] ?? {};
    if (name !== undefined) this.#prepared.set(name, true);
    this.#replies.push({ rows: this.#rows });
    this.#rows = [];
  }

  handleError(error: Error): void {
    const at = this.#replies.length;
    const { name } = this.#statements[at] ?? {};
    if (name !== undefined && (this.#prepared.get(name) !== true || isStalePlan(error))) this.#prepared.set(name, false);
    this.#settle({ ok: false, at, error });
  }

  handleReadyForQuery(): void {
    this.#settle({ ok: true, replies: this.#replies });
  }
}
