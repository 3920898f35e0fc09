/** An embedded server is nobody else's to start again: it is looked at, and where it has died it is started anew, on its data and ports. */
import { pause, systemClock, type Log } from '@ensemble/engine';
import { connect } from 'node:net';

export interface OwnServer {
  stop(): Promise<void>;
}

const lookEvery = 1_000;

export interface Keeping<S> {
  readonly what: string;
  readonly port: number;
  /** Adopts the server where it runs after all. */
  readonly start: () => Promise<S>;
  readonly log: Log;
}

/** Looks after a server that was started, until it is stopped. */
export function keepServer<S extends OwnServer>(first: S, { what, port, start, log }: Keeping<S>): OwnServer {
  const stopping = new AbortController();
  let server = first;
  let troubled = false;

  async function look(): Promise<void> {
    if (await listens(port)) return;
    if (!troubled) log.warn({ what, port }, 'it has died, and is started again');
    troubled = true;
    try {
      server = await start();
      log.info({ what, port }, 'it runs again');
      troubled = false;
    } catch (error) {
      log.error({ what, problem: error instanceof Error ? error.message : String(error) }, 'it does not start; trying again');
    }
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(systemClock, lookEvery, stopping.signal);
      if (!stopping.signal.aborted) await look();
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
