/**
 * What moves messages. Delivery is at-least-once and mostly in order: nothing above may depend on more (docs/decisions).
 * Three transports implement this: Kafka, a PostgreSQL log, memory. One conformance suite tests them all.
 */

/** The largest value a transport must take, in bytes of UTF-8. */
export const maxMessageBytes = 1_048_576;

export interface Outgoing {
  readonly topic: string;
  /** The order id: messages of one key keep their order while nothing fails. */
  readonly key: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  /** Grows with the partition's log; gaps are allowed. */
  readonly offset: bigint;
  readonly key: string;
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** When the log took it: milliseconds since 1970. */
  readonly timestamp: number;
}

export interface SubscribeOptions {
  /** Members of one group share the partitions; each group reads everything. */
  readonly group: string;
  /** A name that a restarted process takes again, so that it is given its partitions back at once. */
  readonly member: string;
  readonly topics: readonly string[];
}

export interface TakeLimit {
  readonly messages: number;
  readonly bytes: number;
}

export interface Subscription {
  /**
   * What is at hand: waits while there is nothing, then gives at least one message and no more than the limit
   * (a single message above the byte limit is given alone). An empty list means: closed, or the signal was aborted.
   * Not taking is pausing: the member keeps its partitions and a bounded buffer.
   */
  take(limit: TakeLimit, signal?: AbortSignal): Promise<readonly Delivery[]>;
  /** These were worked: a restart may begin after them. Written now and then, and on close. */
  done(deliveries: readonly Delivery[]): void;
  /**
   * Resolves once every message that the log held for this member when it was called has been handed out by take().
   * Rejects when the signal is aborted, TRANSPORT_UNAVAILABLE when the log cannot be asked.
   */
  caughtUp(signal: AbortSignal): Promise<void>;
  /** Whether this member now serves the key's partition, in every topic that it reads; false while the group shares out anew. */
  serves(key: string): boolean;
  /** Writes what is done, leaves the group (so that others are given its partitions at once), ends take(). */
  close(): Promise<void>;
}

export interface TransportHealth {
  readonly up: boolean;
  /** What it cannot do, in words for a person; empty when up. */
  readonly problem: string;
}

export interface Transport {
  readonly kind: 'kafka' | 'postgres' | 'memory';
  /** Creates the topics that are missing and checks the others. Errors: TOPIC_MISMATCH, TRANSPORT_UNAVAILABLE. */
  prepare(topics: readonly string[], partitions: number): Promise<void>;
  /**
   * Resolves when the log holds all of them durably; calls keep their order per key. It chunks by bytes itself.
   * Errors: TRANSPORT_UNAVAILABLE (some may have landed: say them again), MESSAGE_TOO_LARGE (none was sent).
   */
  publish(messages: readonly Outgoing[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  health(): TransportHealth;
  close(): Promise<void>;
}
