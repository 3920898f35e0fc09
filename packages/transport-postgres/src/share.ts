import type { Place } from './reading.ts';
import type { Topic } from './topics.ts';

export interface Member {
  readonly group: string;
  readonly member: string;
  readonly instance: string;
  readonly topics: readonly string[];
}

/**
 * The partitions of one member. Every process computes the same from the same members, so nobody has to lead; a member has the same
 * partitions of all topics, so that messages about one order meet in one process.
 */
export function shareOf(instance: string, topics: readonly Topic[], members: readonly Member[]): readonly Place[] {
  return topics.flatMap(({ name, partitions }) => {
    const readers = members.filter(({ topics }) => topics.includes(name)).toSorted((a, b) => (a.member < b.member ? -1 : 1));
    const turn = readers.findIndex((reader) => reader.instance === instance);
    const mine = Array.from({ length: partitions }, (_, partition) => partition).filter((partition) => partition % readers.length === turn);
    return mine.map((partition) => ({ topic: name, partition }));
  });
}
