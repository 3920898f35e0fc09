import { Socket } from 'node:net';
import type { SqlSession } from '@ensemble/sql';
import pg from 'pg';
import { Flush, type Prepared } from './flush.ts';
import type { Outcome, Reply, Statement } from './statement.ts';

export type Session = SqlSession<Statement, Reply>;

export interface SessionOptions {
  readonly url: string;
  readonly applicationName: string;
  /** `set` at the start of the session. */
  readonly settings: Readonly<Record<string, string>>;
  readonly connectTimeout: number;
  /** After so many milliseconds without an answer the connection counts as lost: the server may be frozen, or the network cut. */
  readonly answerTimeout: number;
  readonly onLost: (session: Session, error: Error) => void;
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const socket = new Socket(); // ours, so that it can be cut
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeout,
    keepAlive: true,
    stream: () => socket,
  });
  const prepared: Prepared = new Map();
  let lost: Error | undefined;
  let connected = false;
  const lose = (error: Error): void => {
    if (lost !== undefined) return;
    lost = error;
    socket.destroy();
    if (connected) options.onLost(session, error);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection was closed')));

  async function flush(statements: readonly Statement[]): Promise<Outcome> {
    if (lost !== undefined) return { ok: false, at: 0, error: lost };
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${options.answerTimeout} ms`)), options.answerTimeout);
    try {
      return await client.query(new Flush(statements, prepared)).outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  const session: Session = {
    flush,
    lost: () => lost,
    destroy: (reason) => socket.destroy(reason),
    async close() {
      lost ??= new Error('closed');
      await client.end();
    },
  };
  try {
    await client.connect();
    const set = await flush(Object.entries(options.settings).map(([name, value]) => ({ text: `set ${name} = '${value}'` })));
    if (!set.ok) throw set.error;
  } catch (error) {
    lose(error as Error);
    throw error;
  }
  connected = true;
  return session;
}
