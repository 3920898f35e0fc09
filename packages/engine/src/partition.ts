/**
 * What a partition is to every transport: which key goes where, and how far its log has been worked. All transports place a key
 * alike, and as Kafka's own clients do, so that a log can be moved from one to the other and foreign producers agree.
 */

/**
 * MurmurHash2 as Kafka computes it, a signed 32-bit integer.
 * Source: org.apache.kafka.common.utils.Utils.murmur2.
 */
export const murmur2 = (bytes: Uint8Array): number => {
  const m = 0x5bd1e995;
  const { length } = bytes;
  const whole = length & ~3;
  const at = (index: number): number => bytes[index] ?? 0;
  let h = 0x9747b28c ^ length;
  for (let i = 0; i < whole; i += 4) {
    let k = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  if (whole < length) {
    h ^= at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16);
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
};

/** A key's place before the number of partitions is known: 0 … 2³¹ − 1. Modulo the partitions it is Kafka's default. */
export const placeOf = (key: string): number => murmur2(Buffer.from(key)) & 0x7fffffff;

export const partitionOf = (key: string, partitions: number): number => placeOf(key) % partitions;

/**
 * What of one partition has been handed out, and up to where all of it is worked. Work may end out of order; a restart begins at
 * the first message that is not done, so that none is lost.
 */
export class Progress {
  #handed: bigint[] = [];
  #first = 0;
  readonly #early = new Set<bigint>();
  #position: bigint | undefined;

  /** The next offset a restart needs; undefined while nothing is done. */
  get position(): bigint | undefined {
    return this.#position;
  }

  /** Offsets are handed out in ascending order. */
  handed(offset: bigint): void {
    this.#handed.push(offset);
  }

  /** Offsets that are not outstanding (done already, or handed out before the partition was lost) change nothing. */
  done(offset: bigint): void {
    const next = this.#handed[this.#first];
    if (next === undefined || offset < next) return;
    if (offset > next) {
      if (offset <= (this.#handed.at(-1) ?? next)) this.#early.add(offset);
      return;
    }
    this.#advance(offset);
    while (this.#early.size > 0) {
      const following = this.#handed[this.#first];
      if (following === undefined || !this.#early.delete(following)) break;
      this.#advance(following);
    }
  }

  #advance(offset: bigint): void {
    this.#position = offset + 1n;
    this.#first += 1;
    if (this.#first === this.#handed.length) {
      this.#handed = [];
      this.#first = 0;
      this.#early.clear();
    } else if (this.#first > 4096 && this.#first * 2 > this.#handed.length) {
      this.#handed = this.#handed.slice(this.#first);
      this.#first = 0;
    }
  }
}
