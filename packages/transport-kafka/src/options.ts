import type { Log } from '@ensemble/engine';
import type { BaseOptions } from '@platformatic/kafka';

export interface KafkaTransportOptions {
  /** host:port of some brokers of the cluster. */
  readonly brokers: readonly string[];
  /** What the brokers' own logs call this process. */
  readonly clientId: string;
  /** Goes before topics and groups on the wire, and nowhere else: several installations on one cluster. */
  readonly prefix?: string;
  readonly log?: Log;
}

/** What every part of the transport is made with. */
export interface Wiring {
  readonly client: Pick<BaseOptions, 'clientId' | 'retryDelay' | 'metadataMaxAge' | 'connectTimeout' | 'requestTimeout'> & {
    readonly bootstrapBrokers: string[];
  };
  readonly prefix: string;
  readonly log: Log;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const wiringOf = ({ brokers, clientId, prefix = '', log = silent }: KafkaTransportOptions): Wiring => ({
  client: {
    clientId,
    bootstrapBrokers: [...brokers],
    retryDelay: 150,
    // errors refresh it at once; the age only bounds how long a new partition stays unknown
    metadataMaxAge: 60_000,
    connectTimeout: 3_000,
    // longer than a join may wait for the other members (membership.ts)
    requestTimeout: 15_000,
  },
  prefix,
  log,
});
