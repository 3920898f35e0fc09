/** Publishes from memory what was committed. What it loses by a crash is in the outbox, where any process of the service finds it. */
import { type Clock, pause } from './clock.ts';
import { type Log, troubleLog } from './log.ts';
import type { Transport } from './transport.ts';
import type { Said } from './work.ts';

/** Unsent messages kept in memory, in characters; the rest waits in the outbox alone. */
const memoryLimit = 16 * 1024 * 1024;
/** What one call sends at the most, in characters, unless a single batch is larger: after an outage small batches go out together. */
const sendLimit = 512 * 1024;
/** With so many batches unsent the service stops consuming. */
const backlogLimit = 2;
const retryPause = 250;
/** Milliseconds after which a row that is in the outbox alone is seen as left behind, with room for clocks that differ. */
const leftForSure = 10_000;

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
  /** These rows, and no others, are left behind: what is not among them another process has published. */
  stillLeft(ids: readonly string[]): void;
  /** Whether this process is about to publish, or has just published, this outbox row. */
  holds(outboxId: string): boolean;
  /** Batches of this process that are committed and not published: in memory, or in the outbox alone. */
  unsent(): number;
  /** Since when (clock) everything said goes out at once; null while something is stuck. */
  flowingSince(): number | null;
  /** Tries to send what is left until the deadline, then gives up: the outbox holds it. */
  close(milliseconds: number): Promise<void>;
}

export function publisher(setting: { transport: Pick<Transport, 'publish'>; clock: Clock; log: Log; service: string }): Publisher {
  const { transport, clock } = setting;
  const queue: Unsent[] = [];
  const stopped = new AbortController();
  const waiting = new Set<() => void>();
  const trouble = troubleLog(setting.log, setting.service, 'the broker takes no messages');
  const done = new Set<string>();
  const outboxOnly = new Map<string, number>();
  let size = 0;
  let flowing: number | null = clock.now();
  let running: Promise<void> | null = null;

  const backlogged = (): boolean => queue.length >= backlogLimit;

  /** The oldest batches, as many as one call takes, and at least one. */
  function next(): Unsent[] {
    let length = 0;
    const end = queue.findIndex((unsent) => (length += unsent.size) > sendLimit);
    return end < 0 ? [...queue] : queue.slice(0, Math.max(1, end));
  }

  async function send(batches: readonly Unsent[]): Promise<void> {
    try {
      await transport.publish(batches.flatMap(({ said }) => said));
    } catch (error) {
      flowing = null;
      trouble.met(error instanceof Error ? error.message : String(error));
      await pause(clock, retryPause, stopped.signal);
      return;
    }
    flowing ??= clock.now();
    trouble.over();
    for (const { outboxId, size: sent } of queue.splice(0, batches.length)) {
      done.add(outboxId);
      size -= sent;
    }
    if (!backlogged()) for (const call of waiting) call();
  }

  async function run(): Promise<void> {
    while (queue.length > 0 && !stopped.signal.aborted) await send(next());
    running = null;
  }

  return {
    push(outboxId, said) {
      const characters = said.reduce((sum, { value }) => sum + value.length, 0);
      if (stopped.signal.aborted || size + characters > memoryLimit) {
        outboxOnly.set(outboxId, clock.now());
        return;
      }
      queue.push({ outboxId, said, size: characters });
      size += characters;
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
    stillLeft(ids) {
      const left = new Set(ids);
      for (const [id, at] of outboxOnly) if (!left.has(id) && clock.now() - at > leftForSure) outboxOnly.delete(id);
    },
    holds: (outboxId) => done.has(outboxId) || queue.some((unsent) => unsent.outboxId === outboxId),
    unsent: () => queue.length + outboxOnly.size,
    flowingSince: () => flowing,
    async close(milliseconds) {
      const giveUp = Promise.withResolvers<void>();
      const cancel = clock.after(milliseconds, giveUp.resolve);
      // A broker that hangs does not keep the process from ending.
      await Promise.race([running, giveUp.promise]);
      cancel();
      stopped.abort();
    },
  };
}
