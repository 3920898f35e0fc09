import { maxMessageBytes, type Outgoing, type Transport } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';
import { MemoryLog } from './log.ts';
import { MemorySubscription } from './subscription.ts';

export type { MemoryLog };

export interface MemoryTransportOptions {
  /** The log to attach to; several transports on one log are several processes. Without it: a log of its own. */
  readonly log?: MemoryLog;
  /** How many partitions a topic has that nobody prepared. Without it such a topic is an error, TOPIC_MISSING. */
  readonly partitions?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface MemoryTransport extends Transport {
  readonly kind: 'memory';
  /** Ends it as a killed process would: nothing more is handed out or written. Its partitions go to the other members at once. */
  kill(): void;
}

export const memoryLog = (): MemoryLog => new MemoryLog();

const checkSize = ({ topic, key, value }: Outgoing): void => {
  const bytes = Buffer.byteLength(value);
  if (bytes <= maxMessageBytes) return;
  throw new EnsembleError('MESSAGE_TOO_LARGE', `A message of ${bytes} bytes for topic ${topic}.`, {
    topic,
    key,
    bytes,
    limit: maxMessageBytes,
  });
};

/** Messages in this process's memory, for tests and simulation. */
export const memoryTransport = ({ log = memoryLog(), partitions, clock = Date.now }: MemoryTransportOptions = {}): MemoryTransport => {
  const subscriptions = new Set<MemorySubscription>();
  let closed = false;
  const checkOpen = (): void => {
    if (closed) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The transport is closed.');
  };
  const create = (topics: Iterable<string>): void => {
    if (partitions !== undefined)
      log.prepare(
        [...topics].filter((topic) => !log.has(topic)),
        partitions,
      );
  };
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...subscriptions].map((subscription) => subscription.close()));
  };
  return {
    kind: 'memory',
    async prepare(topics, count) {
      checkOpen();
      log.prepare(topics, count);
    },
    async publish(messages) {
      checkOpen();
      messages.forEach(checkSize);
      create(new Set(messages.map(({ topic }) => topic)));
      log.append(messages, clock());
    },
    async subscribe(options) {
      checkOpen();
      create(options.topics);
      const subscription = new MemorySubscription(log, options);
      subscriptions.add(subscription);
      return subscription;
    },
    health() {
      const displaced = [...subscriptions].find(({ problem }) => problem !== '');
      const problem = closed ? 'The transport is closed.' : (displaced?.problem ?? '');
      return { up: problem === '', problem };
    },
    close,
    kill() {
      void close();
    },
  };
};
