import { Bell } from '@ensemble/engine/bell';
import { type Log, pause, systemClock } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { Socket } from 'node:net';
import pg from 'pg';

/** Prepared once per session under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A row as the server wrote it. */
export type Row = readonly (string | null)[];

export interface LinkOptions {
  readonly url: string;
  /** What the server's administrator sees. */
  readonly applicationName: string;
  /** Set at the start of each session. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
}

const retry = { first: 25, most: 1_000 }; // milliseconds
const answerTimeout = 8_000; // without an answer for so long the server counts as away: frozen, or the network is cut
const closeTimeout = 2_000; // a server that is frozen never says goodbye
const asWritten = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

const words = (error: unknown): string => (error instanceof Error && error.message) || String(error);

/** One connection that comes back by itself. Statements that are sent at once travel together, and run in their order. */
export class Link {
  readonly #options: LinkOptions;
  #client: pg.Client | undefined;
  #socket: Socket | undefined;
  /** Rings when a session was opened, or could not be. */
  readonly #tried = new Bell();
  #trying = true;
  #problem = 'connecting';
  #sessions = 0;
  readonly #closing = new AbortController();

  constructor(options: LinkOptions) {
    this.#options = options;
    void this.#open();
  }

  /** What it cannot do, in words for a person; empty while it is connected. */
  get problem(): string {
    return this.#problem;
  }

  /** How many sessions there have been: a new number says that the server has forgotten what was bound to the last one. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Errors: TRANSPORT_UNAVAILABLE; the statement may have been carried out. */
  async query(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    while (this.#client === undefined && this.#trying) await this.#tried.heard();
    if (this.#client === undefined) throw this.#unavailable(this.#problem);
    try {
      const answer = await this.#client.query<(string | null)[]>({ ...statement, values: [...values], rowMode: 'array' });
      return answer.rows;
    } catch (error) {
      throw this.#unavailable(words(error), error);
    }
  }

  async close(): Promise<void> {
    this.#end();
    const cut = setTimeout(() => this.#socket?.destroy(), closeTimeout);
    await this.#client?.end();
    clearTimeout(cut);
  }

  /** Cuts the connection, as a killed process would. */
  destroy(): void {
    this.#end();
    this.#socket?.destroy();
  }

  #end(): void {
    this.#closing.abort();
    this.#trying = false;
    this.#problem = 'closed';
    this.#tried.ring();
  }

  #unavailable(problem: string, cause?: unknown): EnsembleError {
    return new EnsembleError('TRANSPORT_UNAVAILABLE', `The log cannot be reached: ${problem}`, {}, cause);
  }

  async #open(): Promise<void> {
    const { signal } = this.#closing;
    for (let wait = retry.first; !signal.aborted; wait = Math.min(wait * 2, retry.most)) {
      this.#trying = true;
      try {
        await this.#connect();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#met(words(error));
      }
      await pause(systemClock, wait, signal);
    }
  }

  async #connect(): Promise<void> {
    const { url, applicationName, settings } = this.#options;
    const socket = new Socket(); // ours, so that it can be cut
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      options: Object.entries(settings)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      connectionTimeoutMillis: 5_000,
      query_timeout: answerTimeout,
      keepAlive: true,
      pipeline: true,
      types: asWritten,
      stream: () => socket,
    });
    let connected = false;
    const lose = (problem: string): void => {
      socket.destroy();
      if (!connected || this.#client !== client) return;
      this.#client = undefined;
      if (this.#closing.signal.aborted) return;
      this.#met(problem);
      void this.#open();
    };
    client.on('error', (error) => lose(error.message));
    client.on('end', () => lose('the connection was closed'));
    await client.connect();
    if (this.#closing.signal.aborted) return void client.end();
    connected = true;
    this.#client = client;
    this.#socket = socket;
    this.#sessions += 1;
    if (this.#sessions > 1) this.#options.log.info({ link: applicationName }, 'the log is back');
    this.#problem = '';
    this.#tried.ring();
  }

  /** Those who wait are told; the next attempt comes after a pause. */
  #met(problem: string): void {
    if (this.#problem === '' || this.#problem === 'connecting') {
      this.#options.log.warn({ link: this.#options.applicationName, problem }, 'the log cannot be reached; trying again until it can');
    }
    this.#problem = problem;
    this.#trying = false;
    this.#tried.ring();
  }
}
