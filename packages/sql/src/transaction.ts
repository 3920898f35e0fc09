import { EnsembleError } from '@ensemble/errors';
import type { DatabaseClock } from './clock.ts';
import type { SessionPool } from './pool.ts';
import type { Reply, SqlSession } from './statement.ts';

/** A statement, and the table it is about; '' where it is about none. */
export interface Part<Q> {
  readonly statement: Q;
  readonly table: string;
}

/** What a kind of server says at a transaction's ends, and what its errors mean. */
export interface Dialect<Q, R> {
  readonly begin: readonly Part<Q>[];
  /** The same with `askClock` in it, whose one cell is in milliseconds since 1970. */
  readonly beginAsking: readonly Part<Q>[];
  readonly askClock: Part<Q>;
  /** The COMMIT, and what follows it. */
  readonly commit: readonly Part<Q>[];
  readonly rollback: readonly Q[];
  storeError(error: Error, table: string): EnsembleError;
  /** The same of an error in the write of the COMMIT, for which the session, where all is rolled back, may be asked. */
  refusal(error: Error, table: string, session: SqlSession<Q, R>): EnsembleError | Promise<EnsembleError>;
  /** Whether an error in the write of the COMMIT leaves no doubt that nothing was committed; `before`: of a statement before the COMMIT. */
  isSettled(error: Error, before: boolean): boolean;
}

export interface TransactionParts<Q, R> {
  readonly pool: SessionPool<SqlSession<Q, R>>;
  readonly clock: DatabaseClock;
  readonly dialect: Dialect<Q, R>;
}

/** One transaction on one session, which it gives back at its end. After an error it is rolled back. */
export class Transaction<Q, R extends Reply> {
  readonly #parts: TransactionParts<Q, R>;
  readonly #session: SqlSession<Q, R>;
  #begun = false;
  #over = false;

  constructor(parts: TransactionParts<Q, R>, session: SqlSession<Q, R>) {
    this.#parts = parts;
    this.#session = session;
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

  /** Statements in one round trip, and a reply to each. BEGIN goes out with the first. */
  async send(wanted: readonly Part<Q>[]): Promise<readonly R[]> {
    const { sent, outcome } = await this.#flush(wanted);
    if (!outcome.ok) throw this.#parts.dialect.storeError(outcome.error, sent[outcome.at]?.table ?? '');
    return outcome.replies.slice(sent.length - wanted.length);
  }

  /** Statements and the COMMIT in one round trip. Errors: those of Unit.commit. */
  async commit(changes: readonly Part<Q>[]): Promise<void> {
    if (changes.length === 0 && !this.#begun) return this.#end();
    const { dialect } = this.#parts;
    const lost = this.#session.lost();
    if (lost !== undefined) throw dialect.storeError(lost, '');
    const { sent, outcome } = await this.#flush([...changes, ...dialect.commit]);
    const commitAt = sent.length - dialect.commit.length;
    if (outcome.ok || outcome.at > commitAt) return this.#end();
    const { at, error } = outcome;
    if (!dialect.isSettled(error, at < commitAt)) {
      this.#session.destroy(error);
      this.#end();
      throw new EnsembleError('STORE_COMMIT_UNKNOWN', `The answer to COMMIT is lost: ${error.message}`, {}, error);
    }
    await this.#undo();
    const refusal = await dialect.refusal(error, sent[at]?.table ?? '', this.#session);
    this.#end();
    throw refusal;
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#undo();
    this.#parts.pool.give(this.#session);
  }

  async #undo(): Promise<void> {
    if (!this.#begun || this.#session.lost() !== undefined) return;
    const rolledBack = await this.#session.flush(this.#parts.dialect.rollback);
    if (!rolledBack.ok) this.#session.destroy(rolledBack.error); // with its session the server ends the transaction
  }

  #end(): void {
    this.#over = true;
    this.#parts.pool.give(this.#session);
  }

  async #flush(wanted: readonly Part<Q>[]) {
    const { clock, dialect } = this.#parts;
    const asks = !this.#begun && clock.wantsReading();
    const first = this.#begun ? [] : asks ? dialect.beginAsking : dialect.begin;
    const sent = [...first, ...wanted];
    this.#begun = true;
    const sentAt = performance.now();
    const outcome = await this.#session.flush(sent.map(({ statement }) => statement));
    if (asks && outcome.ok) clock.reading(sentAt, Number(outcome.replies[sent.indexOf(dialect.askClock)]?.rows[0]?.[0]));
    return { sent, outcome };
  }
}
