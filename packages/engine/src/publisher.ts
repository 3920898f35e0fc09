/** Publishes from memory what was committed. What it loses by a crash is in the outbox, where any process of the service finds it. */
import { isError } from '@ensemble/errors';
import { type Clock, pause } from './clock.ts';
import { type Log, troubleLog } from './log.ts';
import type { Transport } from './transport.ts';
import type { Said } from './work.ts';

/** Unsent messages kept in memory, in characters; the rest waits in the outbox alone. */
const memoryLimit = 16 * 1024 * 1024;
/** With so many batches unsent the service stops consuming. */
const backlogLimit = 2;
const retryPause = 250;

interface Unsent {
  readonly outboxId: string;
  readonly said: readonly Said[];
  readonly size: number;
}

export interface Publisher {
  push(outboxId: string, said: readonly Said[]): void;
  /** Whether the service should stop consuming until messages have gone out. */
  backlogged(): boolean;
  /** Resolves when it is not backlogged, or the signal is aborted. */
  room(signal: AbortSignal): Promise<void>;
  /** Outbox rows that were published and are still there. */
  published(): readonly string[];
  /** These rows have been deleted. */
  forget(ids: readonly string[]): void;
  /** Whether this process is about to publish, or has just published, this outbox row. */
  holds(outboxId: string): boolean;
  /** Batches of this process that are committed and not published: in memory, or in the outbox alone. */
  unsent(): number;
  /** Since when (clock) everything said goes out at once; null while something is stuck. */
  flowingSince(): number | null;
  /** Tries to send what is left until the deadline, then gives up: the outbox holds it. */
  close(milliseconds: number): Promise<void>;
}

export function publisher(setting: { transport: Transport; clock: Clock; log: Log; service: string }): Publisher {
  const { transport, clock } = setting;
  const queue: Unsent[] = [];
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  const trouble = troubleLog(setting.log, setting.service, 'the broker takes no messages');
  const done = new Set<string>();
  const outboxOnly = new Set<string>();
  let size = 0;
  let flowing: number | null = clock.now();
  let running: Promise<void> | null = null;

  const backlogged = (): boolean => queue.length >= backlogLimit;
  const wake = (): void => {
    for (const call of waiting) call();
  };

  async function sendNext(): Promise<void> {
    const next = queue[0];
    if (!next) return;
    try {
      await transport.publish(next.said);
      flowing ??= clock.now();
      trouble.over();
      queue.shift();
      size -= next.size;
      done.add(next.outboxId);
      if (!backlogged()) wake();
    } catch (error) {
      if (!isError(error, 'TRANSPORT_UNAVAILABLE')) setting.log.error({ service: setting.service, error: String(error) }, 'publishing failed');
      flowing = null;
      trouble.met(error instanceof Error ? error.message : String(error));
      await pause(clock, retryPause, stopped.signal);
    }
  }

  const run = async (): Promise<void> => {
    while (queue.length > 0 && !stopped.signal.aborted) await sendNext();
    running = null;
  };

  return {
    push(outboxId, said) {
      const bytes = said.reduce((sum, { value }) => sum + value.length, 0);
      if (size + bytes > memoryLimit) {
        outboxOnly.add(outboxId);
        return;
      }
      queue.push({ outboxId, said, size: bytes });
      size += bytes;
      running ??= run();
    },
    backlogged,
    async room(signal) {
      while (backlogged() && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const end = (): void => {
            waiting.delete(end);
            signal.removeEventListener('abort', end);
            resolve();
          };
          waiting.add(end);
          signal.addEventListener('abort', end);
        });
      }
    },
    published: () => [...done],
    forget(ids) {
      for (const id of ids) {
        done.delete(id);
        outboxOnly.delete(id);
      }
    },
    holds: (outboxId) => done.has(outboxId) || queue.some((unsent) => unsent.outboxId === outboxId),
    unsent: () => queue.length + outboxOnly.size,
    flowingSince: () => flowing,
    async close(milliseconds) {
      const give = clock.after(milliseconds, () => stopped.abort());
      while (running) await running;
      give();
      stopped.abort();
    },
  };
}
