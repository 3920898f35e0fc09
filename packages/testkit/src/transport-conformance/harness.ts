import type { Log } from '@ensemble/engine';
import type { Transport } from '@ensemble/engine/transport';

/** A broker that a test may stop: its log survives. */
export interface OwnBroker {
  create(): Promise<Transport>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface TransportHarness<T extends Transport = Transport> {
  /** A new process, as it were, on the same log. The suite closes it. What it logs goes to the log given, where it logs anything. */
  create(log?: Log): Promise<T>;
  /** Ends it as SIGKILL would: nothing more is written, nobody is told. It is not closed afterwards. */
  kill(transport: T): Promise<void>;
  /** A name for a topic or group that nobody else uses. */
  fresh(what: string): string;
  /** How long the log waits for a killed member before others are given its partitions, in milliseconds. */
  readonly sessionTimeout: number;
  /** Absent where there is no broker that could be away (memory): it has no such tests then. */
  ownBroker?(): Promise<OwnBroker>;
}
