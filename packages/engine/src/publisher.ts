/** Publishes from memory what was committed. What it loses by a crash is in the outbox, where any process of the service finds it. */
import { Bell } from './bell.ts';
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
  /** So many rows are in the outbox: those that are not of this process were left behind, or are another's. */
  waiting(rows: number): void;
  /** Whether this process is about to publish, or has just published, this outbox row. */
  holds(outboxId: string): boolean;
  /** Batches of this service that are committed and not published: this process's at once, others' as they were last counted. */
  unsent(): number;
  /** Since when (clock) everything said goes out at once; null while something is stuck. */
  flowingSince(): number | null;
  /** Tries to send what is left until the deadline, then gives up: the outbox holds it. */
  close(milliseconds: number): Promise<void>;
}

export interface PublisherSetting {
  readonly transport: Pick<Transport, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly service: string;
}

export function publisher(setting: PublisherSetting): Publisher {
  const { clock } = setting;
  const outboxOnly = new Map<string, number>();
  const done = new Set<string>();
  const stopped = new AbortController();
  const sending = sender(setting, done, stopped.signal);
  const { queue } = sending;
  let others = 0;
  const own = (): number => queue.length + outboxOnly.size;
  return {
    push(outboxId, said) {
      const size = said.reduce((sum, { value }) => sum + value.length, 0);
      if (stopped.signal.aborted || sending.size() + size > memoryLimit) outboxOnly.set(outboxId, clock.now());
      else sending.send({ outboxId, said, size });
    },
    backlogged: sending.backlogged,
    room: sending.room,
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
    waiting(rows) {
      others = Math.max(0, rows - done.size - own());
    },
    holds: (outboxId) => done.has(outboxId) || queue.some((unsent) => unsent.outboxId === outboxId),
    unsent: () => own() + others,
    flowingSince: sending.flowingSince,
    async close(milliseconds) {
      const giveUp = Promise.withResolvers<void>();
      const cancel = clock.after(milliseconds, giveUp.resolve);
      // A broker that hangs does not keep the process from ending.
      await Promise.race([sending.idle(), giveUp.promise]);
      cancel();
      stopped.abort();
    },
  };
}

/** Sends what is queued, one call at a time and in order, until it has gone out. */
function sender({ transport, clock, log, service }: PublisherSetting, done: Set<string>, stopped: AbortSignal) {
  const queue: Unsent[] = [];
  const moved = new Bell();
  const trouble = troubleLog(log, service, 'the broker takes no messages');
  let size = 0;
  let flowing: number | null = clock.now();
  let running: Promise<void> | null = null;
  const backlogged = (): boolean => queue.length >= backlogLimit;

  async function call(batches: readonly Unsent[]): Promise<void> {
    try {
      await transport.publish(batches.flatMap(({ said }) => said));
    } catch (error) {
      flowing = null;
      trouble.met(error instanceof Error ? error.message : String(error));
      await pause(clock, retryPause, stopped);
      return;
    }
    flowing ??= clock.now();
    trouble.over();
    for (const { outboxId, size: sent } of queue.splice(0, batches.length)) {
      done.add(outboxId);
      size -= sent;
    }
    moved.ring();
  }

  async function run(): Promise<void> {
    while (queue.length > 0 && !stopped.aborted) await call(nextOf(queue));
    running = null;
  }

  return {
    queue: queue as readonly Unsent[],
    size: () => size,
    send(unsent: Unsent): void {
      queue.push(unsent);
      size += unsent.size;
      running ??= run();
    },
    backlogged,
    async room(signal: AbortSignal): Promise<void> {
      while (backlogged() && !signal.aborted) await moved.heard(signal);
    },
    flowingSince: () => flowing,
    idle: async () => running,
  };
}

/** The oldest batches, as many as one call takes, and at least one. */
function nextOf(queue: readonly Unsent[]): readonly Unsent[] {
  let length = 0;
  const end = queue.findIndex(({ size }) => (length += size) > sendLimit);
  return end < 0 ? [...queue] : queue.slice(0, Math.max(1, end));
}
