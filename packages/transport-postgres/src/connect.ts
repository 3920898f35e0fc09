import { type Log, silentLog } from '@ensemble/engine';
import type { Transport } from '@ensemble/engine/transport';
import { EnsembleError, isError } from '@ensemble/errors';
import { Appender } from './appender.ts';
import { readHead } from './entries.ts';
import type { Link } from './link.ts';
import { openLinks } from './links.ts';
import { Membership } from './membership.ts';
import { writeOffsets } from './offsets.ts';
import type { PostgresTransportOptions } from './options.ts';
import { LogSubscription, type Source } from './subscription.ts';
import { Tail } from './tail.ts';
import { Topics } from './topics.ts';
import { watch } from './watch.ts';

export interface Connected extends Transport {
  readonly kind: 'postgres';
  subscribe(...options: Parameters<Transport['subscribe']>): Promise<LogSubscription>;
  /** Ends it as a killed process would: nothing more is handed out or written, and nobody is told. */
  abandon(): Promise<void>;
}

const week = 7 * 24 * 3_600_000;

/** What cannot be said to a log that is away is said to nobody: the others find out, and repeat a little. */
const ifReached = async (log: Log, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isError(error, 'TRANSPORT_UNAVAILABLE')) throw error;
    log.warn({ problem: error.message }, 'the log was away when this process left it');
  }
};

const sourceOf = (link: Link, topics: Topics, tail: Tail, membership: Membership, log: Log): Source => ({
  async head() {
    const head = await readHead(link);
    tail.reaches(head);
    return head;
  },
  partitionsOf: (topic) => topics.known(topic)?.partitions,
  roomFor(subscription) {
    void tail.catchUp(subscription);
  },
  leave(subscription) {
    tail.forget(subscription);
    return ifReached(log, async () => {
      try {
        await writeOffsets(link, [subscription], true);
      } finally {
        await membership.leave(subscription);
      }
    });
  },
});

export function connect({ url, schema = 'public', log = silentLog, pollInterval, retention = week }: PostgresTransportOptions): Connected {
  const { reader, writer } = openLinks(url, schema, log);
  const topics = new Topics(reader);
  const tail = new Tail(reader, log);
  const membership = new Membership(reader, topics, tail, log);
  const appender = new Appender(writer, topics, (batch, position, timestamp) => {
    if (tail.followed) tail.appended(batch.entry(position, timestamp));
  });
  const source = sourceOf(reader, topics, tail, membership, log);
  const ending = new AbortController();
  const watching = watch({ link: reader, tail, membership, log, pollInterval, retention }, ending.signal);
  let ended: Promise<void> | undefined;

  const checkOpen = (): void => {
    if (ending.signal.aborted) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The transport is closed.');
  };
  const end = async (): Promise<void> => {
    await Promise.all([...membership.subscriptions].map((subscription) => subscription.close()));
    ending.abort();
    await watching;
    await ifReached(log, () => membership.close());
    await Promise.all([reader.close(), writer.close()]);
  };

  return {
    kind: 'postgres',
    async prepare(names, partitions) {
      checkOpen();
      await topics.prepare(names, partitions);
    },
    async publish(messages) {
      checkOpen();
      if (!topics.knows(messages)) await topics.find(messages.map(({ topic }) => topic));
      await appender.add(messages);
    },
    async subscribe(options) {
      checkOpen();
      await topics.find(options.topics);
      const subscription = new LogSubscription(source, options);
      await tail.follow(subscription);
      try {
        await membership.enter(subscription);
      } catch (error) {
        await subscription.close();
        throw error;
      }
      return subscription;
    },
    health() {
      const problem = reader.problem || writer.problem || membership.problem;
      return { up: problem === '', problem };
    },
    close: () => (ended ??= end()),
    async abandon() {
      ending.abort();
      for (const subscription of membership.subscriptions) subscription.abandon();
      reader.destroy();
      writer.destroy();
      await watching;
    },
  };
}
