import { EnsembleError } from '@ensemble/errors';
import type { Session } from './session.ts';

/** A fixed number of sessions, each taken by one user at a time; lost ones are replaced without anyone asking. */
export interface Pool {
  /** Waits for a free session; while the database is down it does not wait. Errors: STORE_UNAVAILABLE. */
  take(): Promise<Session>;
  give(session: Session): void;
  /** Why there is no session now; undefined while there is one. */
  problem(): string | undefined;
  /** Waits for those that are taken, for a while. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly size: number;
  open(onLost: (session: Session, error: Error) => void): Promise<Session>;
  readonly log: (line: string) => void;
}

interface Waiter {
  resolve(session: Session): void;
  reject(error: EnsembleError): void;
}

const patience = 5_000;
const retry = { first: 20, most: 1_000 }; // all in milliseconds

export function sessionPool({ size, open, log }: PoolOptions): Pool {
  const sessions = new Set<Session>();
  const idle: Session[] = [];
  const waiting: Waiter[] = [];
  let problem: Error | undefined;
  let filling = false;
  let closed = false;
  let emptied: (() => void) | undefined;

  const unavailable = (): EnsembleError =>
    closed
      ? new EnsembleError('STORE_UNAVAILABLE', 'The store is closed.')
      : new EnsembleError('STORE_UNAVAILABLE', `The database cannot be reached: ${problem?.message ?? ''}`, {}, problem);

  function drop(session: Session): void {
    if (!sessions.delete(session)) return;
    const at = idle.indexOf(session);
    if (at >= 0) idle.splice(at, 1);
    if (sessions.size === 0) emptied?.();
    void fill();
  }

  function place(session: Session): void {
    const waiter = waiting.shift();
    if (waiter === undefined) idle.push(session);
    else waiter.resolve(session);
  }

  async function fill(): Promise<void> {
    if (filling) return;
    filling = true;
    for (let pause = retry.first; sessions.size < size && !closed; ) {
      try {
        const session = await open((gone, error) => {
          log(`a database connection was lost: ${error.message}`);
          drop(gone);
        });
        if (problem !== undefined) log('the database is back');
        problem = undefined;
        pause = retry.first;
        sessions.add(session);
        if (closed) await retire(session);
        else place(session);
      } catch (error) {
        if (problem === undefined) log(`the database cannot be reached: ${(error as Error).message}`);
        problem = error as Error;
        for (const waiter of waiting.splice(0)) waiter.reject(unavailable());
        await new Promise((resolve) => setTimeout(resolve, pause).unref());
        pause = Math.min(pause * 2, retry.most);
      }
    }
    filling = false;
  }

  async function retire(session: Session): Promise<void> {
    sessions.delete(session);
    await session.close();
    if (sessions.size === 0) emptied?.();
  }

  void fill();
  return {
    async take() {
      if (closed) throw unavailable();
      const session = idle.pop();
      if (session !== undefined) return session;
      if (problem !== undefined) throw unavailable();
      return new Promise<Session>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    give(session) {
      if (session.lost() !== undefined) drop(session);
      else if (closed) void retire(session);
      else place(session);
    },
    problem: () => (closed ? 'closed' : (problem?.message ?? (sessions.size === 0 ? 'connecting' : undefined))),
    async close() {
      closed = true;
      for (const waiter of waiting.splice(0)) waiter.reject(unavailable());
      const all = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      if (sessions.size === 0) return;
      for (const session of idle.splice(0)) void retire(session);
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy(new Error('the store is closed'));
      }, patience);
      await all;
      clearTimeout(timer);
    },
  };
}
