import type { Bell } from '@ensemble/engine/bell';
import { type ClusterMetadata, type ConnectionPool, type Consumer, FetchIsolationLevels } from '@platformatic/kafka';
import type { AtHand, Reading } from './at-hand.ts';
import { decode } from './decode.ts';

const fetchBytes = 2 * 1_048_576;
/** How long a fetch waits for a first message. */
const longPoll = 500;

export interface Fetching {
  readonly consumer: Consumer;
  /** Connections of their own: what waits for messages must not keep heartbeats and commits waiting. */
  readonly pool: ConnectionPool;
  readonly readings: readonly Reading[];
  readonly atHand: AtHand;
  /** Rings when more is wanted. */
  readonly wanted: Bell;
  readonly isCurrent: () => boolean;
  /** Called after each fetch that was answered. */
  readonly arrived: () => void;
}

interface Source {
  readonly topicId: string;
  readonly readings: Map<number, Reading>;
}

/** By leader, then by topic: each leader is asked by a loop of its own. */
const byLeader = ({ topics }: ClusterMetadata, readings: readonly Reading[]): Map<number, Source[]> => {
  const leaders = new Map<number, Source[]>();
  for (const reading of readings) {
    const { topic, partition } = reading.place;
    const metadata = topics.get(topic);
    const leader = metadata?.partitions[partition]?.leader ?? -1;
    const sources = leaders.get(leader) ?? [];
    leaders.set(leader, sources);
    const topicId = metadata?.id ?? '';
    const source = sources.find((candidate) => candidate.topicId === topicId) ?? { topicId, readings: new Map() };
    if (source.readings.size === 0) sources.push(source);
    source.readings.set(partition, reading);
  }
  return leaders;
};

const requestOf = ({ topicId, readings }: Source) => ({
  topicId,
  partitions: [...readings].map(([partition, { fetched }]) => ({
    partition,
    fetchOffset: fetched,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: fetchBytes,
  })),
});

const fetchFrom = async (node: number, sources: readonly Source[], fetching: Fetching): Promise<void> => {
  const { consumer, pool, atHand, wanted, isCurrent, arrived } = fetching;
  const byId = new Map(sources.map((source) => [source.topicId, source.readings]));
  const common = { node, connectionPool: pool, minBytes: 1, maxBytes: fetchBytes, maxWaitTime: longPoll };
  while (isCurrent()) {
    if (!atHand.isWanted) {
      await wanted.heard();
      continue;
    }
    const topics = sources.map(requestOf);
    const { responses } = await consumer.fetch({ ...common, isolationLevel: FetchIsolationLevels.READ_COMMITTED, topics });
    if (!isCurrent()) return;
    for (const { topicId, partitions } of responses) {
      for (const { partitionIndex, records } of partitions) {
        const reading = byId.get(topicId)?.get(partitionIndex);
        if (reading === undefined || records === null || records === undefined) continue;
        const piece = decode(reading, records);
        if (piece.deliveries.length > 0) atHand.add(piece);
      }
    }
    arrived();
  }
};

/** Fetches until it is no longer current; rejects at the first failure, and then the partitions are to be opened anew. */
export const fetchAll = async (fetching: Fetching): Promise<void> => {
  const { consumer, readings } = fetching;
  const metadata = await consumer.metadata({ topics: [...new Set(readings.map(({ place }) => place.topic))] });
  await Promise.all([...byLeader(metadata, readings)].map(([node, sources]) => fetchFrom(node, sources, fetching)));
};
