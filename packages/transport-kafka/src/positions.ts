import type { Log } from '@ensemble/engine';
import { type Consumer, findErrorBy, ListOffsetTimestamps, offsetCommitV8 } from '@platformatic/kafka';
import { type Reading, readingOf } from './at-hand.ts';
import type { Place } from './membership.ts';

export const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

type ByPlace = (place: Place) => bigint | undefined;

const grouped = (places: readonly Place[]): { topic: string; partitions: number[] }[] =>
  [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, list]) => ({ topic, partitions: list.map(({ partition }) => partition) }));

const asked = async (consumer: Consumer, places: readonly Place[], timestamp: bigint): Promise<ByPlace> => {
  const groups = grouped(places);
  const partitions = Object.fromEntries(groups.map((group) => [group.topic, group.partitions]));
  const offsets = await consumer.listOffsets({ topics: groups.map(({ topic }) => topic), partitions, timestamp });
  return ({ topic, partition }) => offsets.get(topic)?.[partition];
};

/** The offset after the last message of each partition. */
export const endsOf = async (consumer: Consumer, places: readonly Place[]): Promise<ByPlace> =>
  places.length === 0 ? () => undefined : asked(consumer, places, ListOffsetTimestamps.LATEST);

const committedOf = async (consumer: Consumer, places: readonly Place[]): Promise<ByPlace> => {
  if (places.length === 0) return () => undefined;
  const offsets = await consumer.listCommittedOffsets({ topics: grouped(places) });
  return ({ topic, partition }) => {
    const found = offsets.get(topic)?.[partition];
    return found === undefined || found < 0n ? undefined : found;
  };
};

export type Position = Place & { readonly offset: bigint };

/**
 * Writes positions as those of this member; where the group is just being shared out anew, or the member is none any more, nothing is
 * written, and its heartbeat finds out. The client's own commit then joins the group again, and so throws out whoever has taken the
 * member's name. Sent at once where the coordinator is known: before a rebalance the join goes out right behind it.
 */
export const commit = (consumer: Consumer, positions: readonly Position[]): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const { groupId, generationId, memberId, groupInstanceId } = consumer;
    if (memberId === null) return resolve(false);
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition, offset }) => ({ partitionIndex: partition, committedOffset: offset, committedLeaderEpoch: -1 })),
    }));
    const answered = (error: Error | null): void => {
      if (error === null) resolve(true);
      else if (findErrorBy(error, 'needsRejoin', true) !== null) resolve(false);
      else reject(error);
    };
    consumer.findGroupCoordinator((unknown, id) => {
      const broker = consumer.currentMetadata?.brokers.get(id ?? -1);
      if (broker === undefined) return reject(unknown ?? new Error('The group has no coordinator now.'));
      consumer.connections.get(broker, (lost, connection) => {
        if (connection === undefined) return reject(lost ?? new Error('The coordinator cannot be reached.'));
        offsetCommitV8.api(connection, groupId, generationId, memberId, groupInstanceId ?? null, topics, answered);
      });
    });
  });

export interface Opening {
  readonly consumer: Consumer;
  readonly places: readonly Place[];
  /** What is being read already. */
  readonly known: ReadonlyMap<string, Reading>;
  /** The name the subscriber knows a topic by. */
  readonly topicOf: (wireTopic: string) => string;
  readonly group: string;
  readonly log: Log;
}

/**
 * Where each partition is read on: from where it was, or from what the group has written, or from the start. The client itself moves
 * silently when that place is no longer in the log; here it is said loudly, since messages were lost to retention, or the log is
 * another one than before.
 */
export const openReadings = async ({ consumer, places, known, topicOf, group, log }: Opening): Promise<Map<string, Reading>> => {
  if (places.length === 0) return new Map();
  const fresh = places.filter((place) => !known.has(nameOf(place)));
  const [committed, starts, ends] = await Promise.all([
    committedOf(consumer, fresh),
    asked(consumer, places, ListOffsetTimestamps.EARLIEST),
    endsOf(consumer, places),
  ]);
  const open = (place: Place): Reading => {
    const topic = topicOf(place.topic);
    const [start = 0n, end = 0n] = [starts(place), ends(place)];
    const reading = known.get(nameOf(place)) ?? readingOf(place, topic, committed(place) ?? start);
    const { fetched } = reading;
    const fields = { code: 'LOG_TRUNCATED', group, topic, partition: place.partition, position: String(fetched) };
    if (fetched < start) {
      log.error({ ...fields, start: String(start) }, `${start - fetched} messages are no longer in the log and were not read`);
      reading.fetched = start;
    } else if (fetched > end) {
      log.error({ ...fields, end: String(end) }, 'the log ends before the position reached: it is another log; reading it from its start');
      reading.lost = true;
      return readingOf(place, topic, start);
    }
    return reading;
  };
  return new Map(places.map((place) => [nameOf(place), open(place)]));
};
