import { connect, type Socket } from 'node:net';
import { EnsembleError } from '@ensemble/errors';
import type { SqlSession } from '@ensemble/sql';
import mysql from 'mysql2';
import { addressOf } from './address.ts';
import { type Flavour, flavourOf } from './flavour.ts';
import { inPackets } from './packets.ts';
import type { Cells, Outcome, Reply, Statement } from './statement.ts';

export interface Session extends SqlSession<Statement, Reply> {
  readonly flavour: Flavour;
}

export interface SessionOptions {
  readonly url: string;
  /** Statements at the start of the session. */
  readonly settings: (flavour: Flavour) => readonly string[];
  /** Shown in performance_schema.session_connect_attrs. */
  readonly applicationName: string;
  readonly connectTimeout: number;
  /** After so many milliseconds without an answer the connection counts as lost: the server may be frozen, or the network cut. */
  readonly answerTimeout: number;
  readonly onLost: (session: Session, error: Error) => void;
}

/** The server carries out what stands before a wrong statement, and nothing behind it. */
const driverOptions = {
  multipleStatements: true,
  flags: ['FOUND_ROWS', '-LOCAL_FILES'],
  charset: 'UTF8MB4_BIN',
  rowsAsArray: true,
  supportBigNumbers: true,
  dateStrings: true,
};

export async function openSession(options: SessionOptions): Promise<Session> {
  const socket = connect({ ...addressOf(options.url), keepAlive: true, noDelay: true }); // ours, so that it can be cut
  const connection = mysql.createConnection({
    uri: options.url,
    ...driverOptions,
    connectTimeout: options.connectTimeout,
    connectAttributes: { program_name: options.applicationName },
    stream: () => socket,
  });
  let lost: Error | undefined;
  let opened: Session | undefined;
  const lose = (error: Error): void => {
    if (lost !== undefined) return;
    lost = error;
    socket.destroy();
    if (opened) options.onLost(opened, error);
  };
  connection.on('error', lose);
  connection.on('end', () => lose(new Error('the connection was closed')));
  socket.on('close', () => lose(new Error('the connection was closed')));

  async function flush(statements: readonly Statement[], packet = smallestPacket): Promise<Outcome> {
    if (lost !== undefined) return { ok: false, at: 0, error: lost };
    const texts = statements.map(({ text, values = [] }) => mysql.format(text, [...values]));
    const replies: Reply[] = [];
    for (const some of inPackets(texts, packet)) {
      if (some === 'too large') return { ok: false, at: replies.length, error: tooLarge(packet) };
      const outcome = await send({ connection, socket, answerTimeout: options.answerTimeout }, some);
      if (!outcome.ok) return { ...outcome, at: replies.length + outcome.at };
      replies.push(...outcome.replies);
    }
    return { ok: true, replies };
  }

  try {
    await new Promise((resolve, reject) => connection.once('connect', resolve).once('error', reject));
    const asked = await flush([{ text: 'select version(), @@max_allowed_packet' }]);
    if (!asked.ok) throw asked.error;
    const [version, packet] = asked.replies[0]?.rows[0] ?? [];
    const flavour = flavourOf(String(version));
    const set = await flush(options.settings(flavour).map((text) => ({ text })));
    if (!set.ok) throw set.error;
    opened = {
      flavour,
      flush: (statements) => flush(statements, Number(packet)),
      lost: () => lost,
      destroy: (reason) => socket.destroy(reason),
      close: () => closed(),
    };
    return opened;
  } catch (error) {
    lose(error as Error);
    throw error;
  }

  async function closed(): Promise<void> {
    lost ??= new Error('closed');
    await new Promise((resolve) => connection.end(resolve));
    socket.destroy();
  }
}

interface Wire {
  readonly connection: mysql.Connection;
  readonly socket: Socket;
  readonly answerTimeout: number;
}

/** Statements that fit into one packet. */
function send({ connection, socket, answerTimeout }: Wire, texts: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${answerTimeout} ms`)), answerTimeout);
    let answered = 0;
    const query = connection.query(texts.join(';'), (error, results) => {
      clearTimeout(timer);
      // Of a select that fails in the middle the columns have come already.
      if (error) resolve({ ok: false, at: Math.min(answered, texts.length - 1), error });
      else resolve({ ok: true, replies: (texts.length === 1 ? [results] : (results as unknown[])).map(replyOf) });
    });
    query.on('fields', () => (answered += 1));
  });
}

/** What every server takes, in bytes. */
const smallestPacket = 65_536;

const tooLarge = (packet: number): EnsembleError =>
  new EnsembleError('STORE_VIOLATION', `A row is larger than the server takes: max_allowed_packet is ${packet} bytes.`, {
    constraint: 'limit',
  });

function replyOf(result: unknown): Reply {
  if (Array.isArray(result)) return { rows: result as Cells[], found: 0 };
  return { rows: [], found: (result as { readonly affectedRows: number }).affectedRows };
}
