import { type Log, silentLog } from '@ensemble/engine';
import type { Transport } from '@ensemble/engine/transport';
import { EnsembleError, isError } from '@ensemble/errors';
import { Appender } from './appender.ts';
import { readHead } from './entries.ts';
import { Link } from './link.ts';
import { Membership } from './membership.ts';
import { checkSchema, migrate } from './migrate.ts';
import { writeOffsets } from './offsets.ts';
import { repeat } from './repeat.ts';
import { removeOld } from './retention.ts';
import { LogSubscription, type Source } from './subscription.ts';
import { Tail } from './tail.ts';
import { Topics } from './topics.ts';

export interface PostgresTransportOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Where the log's tables are, and are made. Default 'log'. */
  readonly schema?: string;
  readonly log?: Log;
  /** How often the log is looked at for what others appended: milliseconds. Default 25, and 200 while there are no others. */
  readonly pollInterval?: number;
  /** How long entries are kept that all groups have passed: milliseconds. Default 7 days. */
  readonly retention?: number;
}

export interface Connected extends Transport {
  readonly kind: 'postgres';
  /** Ends it as a killed process would: nothing more is handed out or written, and nobody is told. */
  abandon(): Promise<void>;
}

const poll = { others: 25, alone: 200 };
const flushInterval = 250;
const beatInterval = 1_000;
const retentionInterval = 60_000;
const week = 7 * 24 * 3_600_000;

const settings = (schema: string): Record<string, string> => ({
  search_path: schema,
  // plans are made while the tables are small, and must still be right when they are not
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
  idle_in_transaction_session_timeout: '10s',
});

const state = {
  name: 'state',
  text: 'select position, epoch, exists (select from processes where process <> $1)::int from head, membership',
};

export function connect({ url, schema = 'log', log = silentLog, pollInterval, retention = week }: PostgresTransportOptions): Connected {
  checkSchema(schema);
  const before = () => migrate(url, schema);
  const own = settings(schema);
  const reader = new Link({
    url,
    applicationName: `${schema}: reader`,
    // what it writes can be lost without harm: the next start only repeats a little more
    settings: { ...own, synchronous_commit: 'off' },
    before,
    log,
  });
  const writer = new Link({ url, applicationName: `${schema}: writer`, settings: { ...own, synchronous_commit: 'on' }, before, log });
  const topics = new Topics(reader);
  const tail = new Tail(reader, log);
  const membership = new Membership(reader, topics, tail);
  const appender = new Appender(writer, topics, (batch, position, timestamp) => {
    if (tail.followed) tail.appended(batch.entry(position, timestamp));
  });
  const ending = new AbortController();
  let others = false;
  let epoch = '';
  let flushes = 0;

  const look = async (): Promise<void> => {
    await membership.present();
    const [row] = await reader.query(state, [membership.process]);
    others = row?.[2] === '1';
    tail.reaches(Number(row?.[0]));
    if (row?.[1] === epoch) return;
    await membership.refresh();
    epoch = row?.[1] ?? '';
  };
  const flush = (): Promise<void> => writeOffsets(reader, membership.subscriptions, (flushes += 1) % 4 === 0);
  const retain = async (): Promise<void> => {
    const entries = await removeOld(reader, retention);
    if (entries > 0) log.info({ entries }, 'entries that all groups have passed were removed');
  };
  const repeating = Promise.all([
    repeat('looking at the log', look, () => pollInterval ?? (others ? poll.others : poll.alone), ending.signal, log),
    repeat(
      'the heartbeat',
      () => membership.beat(),
      () => beatInterval,
      ending.signal,
      log,
    ),
    repeat('writing offsets', flush, () => flushInterval, ending.signal, log),
    repeat('retention', retain, () => retentionInterval, ending.signal, log),
  ]);

  /** What cannot be said to a log that is away is said to nobody: the others find out, and repeat a little. */
  const ifReached = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isError(error, 'TRANSPORT_UNAVAILABLE')) throw error;
      log.warn({ problem: error.message }, 'the log was away when this process left it');
    }
  };
  const source: Source = {
    async head() {
      const head = await readHead(reader);
      tail.reaches(head);
      return head;
    },
    roomFor: (subscription) => void tail.catchUp(subscription),
    leave: (subscription) =>
      ifReached(async () => {
        tail.forget(subscription);
        await writeOffsets(reader, [subscription], true);
        await membership.leave(subscription);
      }),
  };
  const checkOpen = (): void => {
    if (ending.signal.aborted) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The transport is closed.');
  };
  const end = async (): Promise<void> => {
    await Promise.all([...membership.subscriptions].map((subscription) => subscription.close()));
    ending.abort();
    await repeating;
    await ifReached(() => membership.close());
    await Promise.all([reader.close(), writer.close()]);
  };
  let ended: Promise<void> | undefined;

  return {
    kind: 'postgres',
    async prepare(names, partitions) {
      checkOpen();
      await topics.prepare(names, partitions);
    },
    async publish(messages) {
      checkOpen();
      if (messages.length === 0) return;
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
      const problem = reader.problem || writer.problem;
      return { up: problem === '', problem };
    },
    close: () => (ended ??= end()),
    async abandon() {
      ending.abort();
      for (const subscription of membership.subscriptions) subscription.abandon();
      reader.destroy();
      writer.destroy();
      await repeating;
    },
  };
}
