import { partitionOf } from '@ensemble/engine/partition';
import { maxMessageBytes, type Outgoing } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';
import { Batch } from './batch.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';

/**
 * One statement is one transaction and one round trip: whoever stops in the middle, no lock outlives the statement. The update waits
 * for the transaction that took the position before, until that one is committed.
 */
export const append = {
  name: 'append',
  text: `with next as (update head set position = position + 1 returning position)
    insert into entries (position, bytes, payload) select position, $1, $2 from next
    returning position, floor(date_part('epoch', appended_at) * 1000)`,
};

/** Called for each append, in the order of their positions, before those who said it are told. `timestamp`: milliseconds since 1970. */
export type Appended = (batch: Batch, position: number, timestamp: number) => void;

/** Says all that came while the last append was under way in one append: a lone message does not wait, and many share a commit. */
export class Appender {
  readonly #link: Link;
  readonly #topics: Topics;
  readonly #appended: Appended;
  #open = new Batch();
  readonly #waiting: Batch[] = [];
  #busy = false;

  constructor(link: Link, topics: Topics, appended: Appended) {
    this.#link = link;
    this.#topics = topics;
    this.#appended = appended;
  }

  /** Of topics that are known. Errors: MESSAGE_TOO_LARGE (none was sent), TRANSPORT_UNAVAILABLE (some may have landed). */
  async add(messages: readonly Outgoing[]): Promise<void> {
    const sizes = messages.map(sizeOf);
    const batches = new Set<Batch>();
    for (const [at, message] of messages.entries()) {
      if (this.#open.full) {
        this.#waiting.push(this.#open);
        this.#open = new Batch();
      }
      this.#open.add(message, partitionOf(message.key, this.#topics.known(message.topic)?.partitions ?? 1), sizes[at] ?? 0);
      batches.add(this.#open);
    }
    if (!this.#busy) void this.#run();
    await Promise.all([...batches].map(({ landed }) => landed));
  }

  async #run(): Promise<void> {
    this.#busy = true;
    await Promise.resolve(); // who says something in this very moment comes along
    for (let batch = this.#next(); batch !== undefined; batch = this.#next()) await this.#append(batch);
    this.#busy = false;
  }

  #next(): Batch | undefined {
    const waited = this.#waiting.shift();
    if (waited !== undefined || this.#open.empty) return waited;
    const batch = this.#open;
    this.#open = new Batch();
    return batch;
  }

  async #append(batch: Batch): Promise<void> {
    try {
      const [row] = await this.#link.query(append, [batch.bytes, batch.payload]);
      this.#appended(batch, Number(row?.[0]), Number(row?.[1]));
      batch.succeed();
    } catch (error) {
      batch.fail(error);
    }
  }
}

const sizeOf = ({ topic, key, value }: Outgoing): number => {
  const bytes = Buffer.byteLength(value);
  if (bytes <= maxMessageBytes) return bytes + Buffer.byteLength(key);
  throw new EnsembleError('MESSAGE_TOO_LARGE', `A message of ${bytes} bytes for topic ${topic}.`, {
    topic,
    key,
    bytes,
    limit: maxMessageBytes,
  });
};
