import { EnsembleError } from '@ensemble/errors';

/** One connection. When it is lost it stays so: the pool opens another. */
export interface Session {
  lost(): Error | undefined;
  /** Cuts the connection: what runs on it is given up. */
  destroy(reason: Error): void;
  close(): Promise<void>;
}

export interface PoolOptions<S extends Session> {
  /** Sessions at the most. */
  readonly size: number;
  open(onLost: (session: S, error: Error) => void): Promise<S>;
  readonly log: (line: string) => void;
}

interface Waiter<S> {
  resolve(session: S): void;
  reject(error: EnsembleError): void;
}

/** Milliseconds: between attempts to connect, growing; and for sessions that are taken, or being opened, while the pool closes. */
const retry = { first: 20, most: 1_000 };
const patience = 5_000;

/**
 * Sessions, each taken by one user at a time: one from the beginning, and another whenever one is wanted while all are taken. Lost ones
 * are replaced without anyone asking.
 */
export class SessionPool<S extends Session> {
  readonly #options: PoolOptions<S>;
  readonly #sessions = new Set<S>();
  readonly #idle: S[] = [];
  readonly #waiting: Waiter<S>[] = [];
  /** How many there are to be: as many as were ever wanted at once. */
  #wanted = 1;
  /** Why the last attempt to open one failed. */
  #problem: Error | undefined;
  #filling = false;
  /** When the present filling, or the last, has ended. */
  #filled = Promise.resolve();
  #closed = false;
  #whenClosed: () => void = () => undefined;
  #whenEmpty: () => void = () => undefined;

  constructor(options: PoolOptions<S>) {
    this.#options = options;
    this.#fill();
  }

  /** Waits for a free session; while the database is down it does not wait. Errors: STORE_UNAVAILABLE. */
  async take(): Promise<S> {
    if (this.#closed) throw this.#unavailable();
    const session = this.#idle.pop();
    if (session !== undefined) return session;
    if (this.#sessions.size === 0 && this.#problem !== undefined) throw this.#unavailable();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#wanted = Math.min(Math.max(this.#wanted, this.#sessions.size + this.#waiting.length), this.#options.size);
      this.#fill();
    });
  }

  give(session: S): void {
    if (session.lost() !== undefined) this.#drop(session);
    else if (this.#closed) void this.#retire(session);
    else this.#place(session);
  }

  /** Why there is no session now; undefined while there is one. */
  problem(): string | undefined {
    if (this.#closed) return 'closed';
    return this.#sessions.size > 0 ? undefined : (this.#problem?.message ?? 'connecting');
  }

  /** Waits for the sessions that are taken, and for one that is being opened, for a while. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#whenClosed();
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#unavailable());
    for (const session of this.#idle.splice(0)) void this.#retire(session);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy(new Error('the store is closed'));
      late.resolve();
    }, patience);
    await Promise.race([this.#filled, late.promise]);
    if (this.#sessions.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    clearTimeout(timer);
  }

  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    this.#filled = this.#openMissing();
  }

  /** One after the other, for as long as it takes. */
  async #openMissing(): Promise<void> {
    for (let pause = retry.first; this.#sessions.size < this.#wanted && !this.#closed; ) {
      try {
        await this.#add();
        pause = retry.first;
      } catch (error) {
        if (this.#closed) break;
        this.#fail(error as Error);
        await this.#rest(pause);
        pause = Math.min(pause * 2, retry.most);
      }
    }
    this.#filling = false;
  }

  async #rest(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      setTimeout(resolve, milliseconds).unref();
    });
  }

  async #add(): Promise<void> {
    const session = await this.#options.open((gone, error) => {
      this.#options.log(`a database connection was lost: ${error.message}`);
      this.#drop(gone);
    });
    if (this.#problem !== undefined && !this.#closed)
      this.#options.log(this.#sessions.size === 0 ? 'the database is back' : 'a further database connection is open');
    this.#problem = undefined;
    this.#sessions.add(session);
    this.give(session);
  }

  /** Who waits has a session to wait for as long as there is one. */
  #fail(error: Error): void {
    const away = this.#sessions.size === 0;
    const what = away ? 'the database cannot be reached' : 'no further database connection can be opened';
    if (this.#problem === undefined) this.#options.log(`${what}: ${error.message}`);
    this.#problem = error;
    if (!away) return;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#unavailable());
  }

  #place(session: S): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#idle.push(session);
    else waiter.resolve(session);
  }

  #drop(session: S): void {
    if (!this.#sessions.delete(session)) return;
    const at = this.#idle.indexOf(session);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#sessions.size === 0) {
      this.#problem = undefined; // it was of a further one
      this.#whenEmpty();
    }
    this.#fill();
  }

  async #retire(session: S): Promise<void> {
    await session.close();
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) this.#whenEmpty();
  }

  #unavailable(): EnsembleError {
    if (this.#closed) return new EnsembleError('STORE_UNAVAILABLE', 'The store is closed.');
    return new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${this.#problem?.message ?? ''}`, {}, this.#problem);
  }
}
