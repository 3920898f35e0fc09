import { Bell } from '@ensemble/engine/bell';
import { partitionOf } from '@ensemble/engine/partition';
import type { Delivery, Outgoing } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface Member {
  readonly name: string;
  readonly topics: readonly string[];
  /** Called at once whenever members came or went. */
  assign(places: readonly Place[]): void;
}

interface Group {
  /** By name, in the order they came: the last has the place, those before it wait until it is gone. */
  readonly members: Map<string, readonly Member[]>;
  /** The offset that the next owner of a partition begins at. */
  readonly positions: Map<string, bigint>;
}

export const nameOf = ({ topic, partition }: Place): string => `${topic}/${partition}`;

/** The log that several transports ("processes") attach to: topics of partitions, groups of members. */
export class MemoryLog {
  readonly #topics = new Map<string, Delivery[][]>();
  readonly #groups = new Map<string, Group>();
  /** Rings when something was appended. */
  readonly appended = new Bell();

  has(topic: string): boolean {
    return this.#topics.has(topic);
  }

  prepare(topics: readonly string[], partitions: number): void {
    for (const topic of topics) {
      const found = this.#topics.get(topic)?.length;
      if (found === undefined) {
        this.#topics.set(
          topic,
          Array.from({ length: partitions }, () => []),
        );
      } else if (found !== partitions) {
        throw new EnsembleError('TOPIC_MISMATCH', `Topic ${topic} has ${found} partitions, not ${partitions}.`, {
          topic,
          found,
          partitions,
        });
      }
    }
  }

  append(messages: readonly Outgoing[], timestamp: number): void {
    for (const message of messages) this.#partitions(message.topic);
    for (const { topic, key, value, headers } of messages) {
      const partitions = this.#partitions(topic);
      const partition = partitionOf(key, partitions.length);
      const log = partitions[partition] ?? [];
      const place = { topic, partition, offset: BigInt(log.length), key, value, timestamp };
      log.push(headers === undefined ? place : { ...place, headers: { ...headers } });
    }
    this.appended.ring();
  }

  placeOf(topic: string, key: string): Place {
    return { topic, partition: partitionOf(key, this.#partitions(topic).length) };
  }

  read(place: Place, offset: bigint): Delivery | undefined {
    return this.#partitions(place.topic)[place.partition]?.[Number(offset)];
  }

  end({ topic, partition }: Place): bigint {
    return BigInt(this.#partitions(topic)[partition]?.length ?? 0);
  }

  position(group: string, place: Place): bigint {
    return this.#group(group).positions.get(nameOf(place)) ?? 0n;
  }

  write(group: string, place: Place, position: bigint): void {
    this.#group(group).positions.set(nameOf(place), position);
  }

  /** Takes the place of a member of the same name: that is the process that died, or it waits until this one is gone. */
  join(group: string, member: Member): void {
    for (const topic of member.topics) this.#partitions(topic);
    const { members } = this.#group(group);
    members.set(member.name, [...(members.get(member.name) ?? []), member]);
    this.#share(group);
  }

  leave(group: string, member: Member): void {
    const { members } = this.#group(group);
    const left = (members.get(member.name) ?? []).filter((other) => other !== member);
    if (left.length === 0) members.delete(member.name);
    else members.set(member.name, left);
    member.assign([]);
    this.#share(group);
  }

  /** Whether another process of the same name has the member's place. */
  isDisplaced(group: string, member: Member): boolean {
    const named = this.#group(group).members.get(member.name) ?? [];
    return named.includes(member) && named.at(-1) !== member;
  }

  /** Every member has the same partitions of all topics, as on Kafka. */
  #share(group: string): void {
    const named = [...this.#group(group).members.values()];
    for (const displaced of named.flatMap((list) => list.slice(0, -1))) displaced.assign([]);
    const members = named.flatMap((list) => list.slice(-1)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const [at, member] of members.entries()) {
      const places = member.topics.flatMap((topic) =>
        this.#partitions(topic).flatMap((_, partition) => (partition % members.length === at ? [{ topic, partition }] : [])),
      );
      member.assign(places);
    }
  }

  #group(name: string): Group {
    const found = this.#groups.get(name) ?? { members: new Map(), positions: new Map() };
    this.#groups.set(name, found);
    return found;
  }

  #partitions(topic: string): Delivery[][] {
    const found = this.#topics.get(topic);
    if (found === undefined) throw new EnsembleError('TOPIC_MISSING', `Topic ${topic} does not exist.`, { topic });
    return found;
  }
}
