import { EnsembleError } from '@ensemble/errors';
import type { DatabaseClock, SessionPool } from '@ensemble/sql';
import { commitUnknown, gone, isRefusal, storeError } from './failure.ts';
import type { Session } from './session.ts';
import type { Cells, Outcome, Statement } from './statement.ts';
import type { ChangeStatement } from './table-sql.ts';

/** A change, and the table it is about. */
export interface Part {
  readonly statement: ChangeStatement;
  readonly table: string;
}

export interface TransactionParts {
  readonly pool: SessionPool<Session>;
  readonly clock: DatabaseClock;
  /**
   * Seconds after which the server gives up a session that says nothing: a short time within a transaction, so that a process that
   * stopped holds its locks no longer, and a long one outside.
   */
  readonly silence: { readonly within: number; readonly outside: number };
}

const askClock: Statement = { text: 'select round(unix_timestamp(sysdate(3)) * 1000)' };
const waits = (seconds: number): Statement => ({ text: `set session wait_timeout = ${seconds}` });

/** One transaction on one session, which it gives back at its end. After an error it is rolled back. */
export class Transaction {
  readonly session: Session;
  readonly #parts: TransactionParts;
  #begun = false;
  #over = false;

  constructor(parts: TransactionParts, session: Session) {
    this.#parts = parts;
    this.session = session;
  }

  /** What is done while it is open. Errors: UNIT_OVER, and those of the work, after a rollback. */
  async doing<T>(work: () => Promise<T>): Promise<T> {
    if (this.#over) throw new EnsembleError('UNIT_OVER', 'This unit of work is over.');
    try {
      return await work();
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** BEGIN, and the clock with it. */
  async begin(): Promise<void> {
    const outcome = await this.#send([]);
    if (!outcome.ok) throw storeError(outcome.error, '');
  }

  /** The rows of one table; BEGIN goes out with the first. */
  async read(statement: Statement, table: string): Promise<readonly Cells[]> {
    const outcome = await this.#send([statement]);
    if (!outcome.ok) throw storeError(outcome.error, table);
    return outcome.replies[0]?.rows ?? [];
  }

  /**
   * Changes in one round trip, COMMIT in another: an update that does not find its rows is no error to the server, which would commit.
   * Errors: those of Unit.commit.
   */
  async save(changes: readonly Part[]): Promise<void> {
    if (changes.length > 0) await this.#change(changes);
    if (!this.#begun) return this.#end();
    const lost = this.session.lost();
    if (lost !== undefined) throw storeError(lost, '');
    const outcome = await this.session.flush([{ text: 'commit' }, waits(this.#parts.silence.outside)]);
    if (outcome.ok || outcome.at > 0) return this.#end();
    if (isRefusal(outcome.error)) throw storeError(outcome.error, changes[0]?.table ?? '');
    this.session.destroy(outcome.error);
    this.#end();
    throw commitUnknown(outcome.error);
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#undo();
    this.#parts.pool.give(this.session);
  }

  async #change(changes: readonly Part[]): Promise<void> {
    const outcome = await this.#send(changes.map(({ statement }) => statement));
    if (!outcome.ok) throw storeError(outcome.error, changes[outcome.at]?.table ?? '');
    const { replies } = outcome;
    const missing = changes.find(({ statement: { finds } }, i) => finds !== undefined && replies[i]?.found !== finds);
    if (missing) throw gone(missing.table);
  }

  /** Sends BEGIN with the first; replies and errors are counted without it. */
  async #send(wanted: readonly Statement[]): Promise<Outcome> {
    const { clock, silence } = this.#parts;
    const asks = !this.#begun && clock.wantsReading();
    const first = this.#begun ? [] : [waits(silence.within), ...(asks ? [askClock] : []), { text: 'begin' }];
    this.#begun = true;
    const sentAt = performance.now();
    const outcome = await this.session.flush([...first, ...wanted]);
    if (!outcome.ok) return { ...outcome, at: outcome.at - first.length };
    if (asks) clock.reading(sentAt, Number(outcome.replies[1]?.rows[0]?.[0]));
    return { ok: true, replies: outcome.replies.slice(first.length) };
  }

  async #undo(): Promise<void> {
    if (!this.#begun || this.session.lost() !== undefined) return;
    const rolledBack = await this.session.flush([{ text: 'rollback' }, waits(this.#parts.silence.outside)]);
    if (!rolledBack.ok) this.session.destroy(rolledBack.error); // with its session the server ends the transaction
  }

  #end(): void {
    this.#over = true;
    this.#parts.pool.give(this.session);
  }
}
