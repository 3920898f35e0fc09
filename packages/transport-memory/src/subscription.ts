import { Bell } from '@ensemble/engine/bell';
import { Progress } from '@ensemble/engine/partition';
import type { Delivery, SubscribeOptions, Subscription, TakeLimit } from '@ensemble/engine/transport';
import { type Member, type MemoryLog, nameOf, type Place } from './log.ts';

interface Reading {
  readonly place: Place;
  readonly progress: Progress;
  next: bigint;
}

const sizeOf = ({ key, value }: Delivery): number => Buffer.byteLength(key) + Buffer.byteLength(value);

/** Reads straight from the log: what was not taken is not buffered anywhere. */
export class MemorySubscription implements Subscription {
  readonly #log: MemoryLog;
  readonly #group: string;
  readonly #member: Member;
  #readings = new Map<string, Reading>();
  #closed = false;
  /** Rings when something was handed out, assigned, or closed. */
  readonly #changed = new Bell();

  constructor(log: MemoryLog, { group, member, topics }: SubscribeOptions) {
    this.#log = log;
    this.#group = group;
    this.#member = { name: member, topics, assign: (places) => this.#assign(places) };
    log.join(group, this.#member);
  }

  /** What keeps it from its share, in words for a person; empty while nothing does. */
  get problem(): string {
    const { name } = this.#member;
    if (!this.#log.isDisplaced(this.#group, this.#member)) return '';
    return `Slot ${name} is used by another process: nothing is read here until that one is gone.`;
  }

  async take(limit: TakeLimit, signal?: AbortSignal): Promise<readonly Delivery[]> {
    while (!this.#closed && signal?.aborted !== true) {
      const batch = this.#atHand(limit);
      if (batch.length > 0) {
        this.#changed.ring();
        return batch;
      }
      await Promise.race([this.#log.appended.heard(signal), this.#changed.heard(signal)]);
    }
    return [];
  }

  done(deliveries: readonly Delivery[]): void {
    const touched = new Set<Reading>();
    for (const delivery of deliveries) {
      const reading = this.#readings.get(nameOf(delivery));
      if (reading === undefined) continue;
      reading.progress.done(delivery.offset);
      touched.add(reading);
    }
    for (const { place, progress } of touched) {
      if (progress.position !== undefined) this.#log.write(this.#group, place, progress.position);
    }
  }

  async caughtUp(signal: AbortSignal): Promise<void> {
    const ends = [...this.#readings.values()].map((reading) => ({ reading, end: this.#log.end(reading.place) }));
    const behind = (): boolean =>
      ends.some(({ reading, end }) => this.#readings.get(nameOf(reading.place)) === reading && reading.next < end);
    while (behind()) {
      await this.#changed.heard(signal);
      signal.throwIfAborted();
    }
  }

  serves(key: string): boolean {
    return !this.#closed && this.#member.topics.every((topic) => this.#readings.has(nameOf(this.#log.placeOf(topic, key))));
  }

  async close(): Promise<void> {
    this.end();
    this.#log.leave(this.#group, this.#member);
  }

  /** Ends take() and hands out nothing more. */
  end(): void {
    this.#closed = true;
    this.#changed.ring();
  }

  #assign(places: readonly Place[]): void {
    const readings = places.map((place): [string, Reading] => {
      const name = nameOf(place);
      return [name, this.#readings.get(name) ?? { place, progress: new Progress(), next: this.#log.position(this.#group, place) }];
    });
    this.#readings = new Map(readings);
    this.#changed.ring();
  }

  #atHand(limit: TakeLimit): Delivery[] {
    const batch: Delivery[] = [];
    let bytes = 0;
    for (const [name, reading] of this.#readings) {
      for (;;) {
        const delivery = this.#log.read(reading.place, reading.next);
        if (delivery === undefined) break;
        bytes += sizeOf(delivery);
        if (batch.length >= limit.messages || (batch.length > 0 && bytes > limit.bytes)) {
          this.#toTheEnd(name, reading);
          return batch;
        }
        batch.push(delivery);
        reading.next += 1n;
        reading.progress.handed(delivery.offset);
      }
    }
    return batch;
  }

  /** The partition that filled the batch is read last in the next one, so that a busy one cannot starve the others. */
  #toTheEnd(name: string, reading: Reading): void {
    this.#readings.delete(name);
    this.#readings.set(name, reading);
  }
}
