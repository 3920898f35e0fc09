/** An embedded server is nobody else's to start again: it is looked at, and where it has died it is started anew, on its data and ports. */
import { pause, systemClock, type Clock, type Log } from '@ensemble/engine';
import { connect } from 'node:net';
import { trouble } from './trouble.ts';

export interface OwnServer {
  stop(): Promise<void>;
}

/** Milliseconds between two looks; where it does not start, doubled each time up to the most. */
const lookEvery = 1_000;
const lookAtMost = 30_000;

export interface Keeping<S> {
  readonly what: string;
  readonly port: number;
  /** Adopts the server where it runs after all; given up when the signal is aborted. */
  readonly start: (signal: AbortSignal) => Promise<S>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Looks after a server that was started, until it is stopped. */
export function keepServer<S extends OwnServer>(first: S, { what, port, start, log, clock = systemClock }: Keeping<S>): OwnServer {
  const stopping = new AbortController();
  const { signal } = stopping;
  const dead = trouble(log, { what, port }, 'it has died');
  let server = first;
  let failures = 0;

  async function look(): Promise<void> {
    if (await listens(port)) return;
    if (failures === 0) dead.met('nobody listens; it is started again');
    try {
      server = await start(signal);
      failures = 0;
      dead.over();
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      dead.met(`it does not start, and is tried again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      await pause(clock, Math.min(lookEvery * 2 ** failures, lookAtMost), signal);
      if (!signal.aborted) await look();
    }
  }

  const keeping = keep();
  return {
    async stop() {
      stopping.abort();
      await keeping;
      await server.stop();
    },
  };
}

/** A port that refuses has nobody behind it; one that does not answer at once may be busy. */
function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
  const end = (answers: boolean): void => {
    socket.destroy();
    resolve(answers);
  };
  socket.once('connect', () => end(true));
  socket.once('timeout', () => end(true));
  socket.once('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED'));
  return promise;
}
