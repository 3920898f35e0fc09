import { EnsembleError } from '@ensemble/errors';
import type { DatabaseClock, SessionPool } from '@ensemble/sql';
import { commitUnknown, isFarewell, isRefusal, storeError, tableOf } from './failure.ts';
import type { Session } from './session.ts';
import type { Outcome, Reply, Statement } from './statement.ts';

/** A statement, and the table it is about. */
export interface Part {
  readonly statement: Statement;
  readonly table: string;
}

const begin: Part = { statement: { text: 'begin' }, table: '' };
const askClock: Part = { statement: { name: 'clock', text: `select date_part('epoch', clock_timestamp()) * 1000` }, table: '' };
const commit: Part = { statement: { text: 'commit' }, table: '' };

export interface TransactionParts {
  readonly pool: SessionPool<Session>;
  readonly clock: DatabaseClock;
  isPrimaryKey(session: Session, error: Error): Promise<boolean>;
}

/** One transaction on one session, which it gives back at its end. After an error it is rolled back. */
export class Transaction {
  readonly #parts: TransactionParts;
  readonly #session: Session;
  #begun = false;
  #over = false;

  constructor(parts: TransactionParts, session: Session) {
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

  /** Statements whose answers are wanted, in one round trip. BEGIN goes out with the first. */
  async read(wanted: readonly Part[]): Promise<readonly Reply[]> {
    const { sent, outcome } = await this.#send(wanted);
    if (!outcome.ok) throw storeError(outcome.error, sent[outcome.at]?.table ?? '');
    return outcome.replies.slice(sent.length - wanted.length);
  }

  /** Statements and the COMMIT in one round trip. Errors: those of Unit.commit. */
  async save(changes: readonly Part[]): Promise<void> {
    if (changes.length === 0 && !this.#begun) return this.#end();
    const lost = this.#session.lost();
    if (lost !== undefined) throw storeError(lost, '');
    const { sent, outcome } = await this.#send([...changes, commit]);
    if (outcome.ok) return this.#end();
    const { at, error } = outcome;
    if (!isSettled(error, at, sent.length - 1)) {
      this.#session.destroy(error);
      this.#end();
      throw commitUnknown(error);
    }
    await this.#undo();
    const primaryKey = isRefusal(error) && error.code === '23505' && (await this.#parts.isPrimaryKey(this.#session, error));
    this.#end();
    throw storeError(error, sent[at]?.table || tableOf(error), primaryKey);
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.#undo();
    this.#parts.pool.give(this.#session);
  }

  async #undo(): Promise<void> {
    if (!this.#begun || this.#session.lost() !== undefined) return;
    const rolledBack = await this.#session.flush([{ text: 'rollback' }]);
    if (!rolledBack.ok) this.#session.destroy(rolledBack.error); // with its session the server ends the transaction
  }

  #end(): void {
    this.#over = true;
    this.#parts.pool.give(this.#session);
  }

  async #send(wanted: readonly Part[]): Promise<{ sent: readonly Part[]; outcome: Outcome }> {
    const { clock } = this.#parts;
    const first = this.#begun ? [] : clock.wantsReading() ? [begin, askClock] : [begin];
    const sent = [...first, ...wanted];
    this.#begun = true;
    const sentAt = performance.now();
    const outcome = await this.#session.flush(sent.map(({ statement }) => statement));
    if (outcome.ok && first.includes(askClock)) clock.reading(sentAt, Number(outcome.replies[1]?.rows[0]?.[0]));
    return { sent, outcome };
  }
}

/** Whether an error leaves no doubt that nothing was committed. */
function isSettled(error: Error, at: number, commitAt: number): boolean {
  if (isRefusal(error)) return true;
  return at < commitAt && isFarewell(error); // the server ended the session before it came to the COMMIT
}
