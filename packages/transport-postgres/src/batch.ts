import type { Outgoing } from '@ensemble/engine/transport';
import { type Entry, type Item, mostMessages, offsetOf } from './entry.ts';
import { Payload } from './payload.ts';

/** From here on what else is said goes into the next entry. */
const enoughBytes = 1_048_576;

/** What is said while the append before it is under way: one entry of the log, and one promise for all who said it. */
export class Batch {
  readonly #messages: Outgoing[] = [];
  readonly #partitions: number[] = [];
  readonly #sizes: number[] = [];
  readonly #payload = new Payload();
  readonly #landed = Promise.withResolvers<void>();
  #bytes = 0;

  get landed(): Promise<void> {
    return this.#landed.promise;
  }

  get empty(): boolean {
    return this.#messages.length === 0;
  }

  get full(): boolean {
    return this.#bytes >= enoughBytes || this.#messages.length === mostMessages;
  }

  /** Of keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  get payload(): string {
    return this.#payload.toString();
  }

  add(message: Outgoing, partition: number, bytes: number): void {
    this.#messages.push(message);
    this.#partitions.push(partition);
    this.#sizes.push(bytes);
    this.#payload.add(message, partition);
    this.#bytes += bytes;
  }

  /** The entry that it became, without reading it back. `timestamp`: milliseconds since 1970. */
  entry(position: number, timestamp: number): Entry {
    const items = this.#messages.map(({ topic, key, value, headers }, place): Item => {
      const delivery = { topic, partition: this.#partitions[place] ?? 0, offset: offsetOf(position, place), key, value, timestamp };
      return { delivery: headers === undefined ? delivery : { ...delivery, headers: { ...headers } }, bytes: this.#sizes[place] ?? 0 };
    });
    return { position, items, bytes: this.#bytes };
  }

  succeed(): void {
    this.#landed.resolve();
  }

  fail(error: unknown): void {
    this.#landed.reject(error);
  }
}
