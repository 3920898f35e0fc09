import { Bell } from '@ensemble/engine/bell';
import { partitionOf } from '@ensemble/engine/partition';
import type { Delivery, SubscribeOptions, Subscription, TakeLimit } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';
import { randomUUID } from 'node:crypto';
import { type Entry, type Item, positionOf } from './entry.ts';
import { type Place, Reading, type Standing } from './reading.ts';

/** A subscription holds about so much that was not taken; more stays in the table. */
const most = { messages: 10_000, bytes: 8 * 1_048_576 };

/** What a subscription needs of its transport. */
export interface Source {
  /** The position of the newest entry. Errors: TRANSPORT_UNAVAILABLE. */
  head(): Promise<number>;
  partitionsOf(topic: string): number | undefined;
  /** There is room again for what lies behind the newest entries. */
  roomFor(subscription: LogSubscription): void;
  /** Writes what is done and takes the member out of its group. */
  leave(subscription: LogSubscription): Promise<void>;
}

export interface News extends Standing {
  /** The log has it. */
  written(): void;
}

/** One member's partitions, in the order of the log: a queue that the tail fills, or that is filled from the table where it is behind. */
export class LogSubscription implements Subscription {
  readonly group: string;
  readonly member: string;
  readonly topics: readonly string[];
  /** Tells a restarted member from the one before it. */
  readonly instance = randomUUID();
  readonly #source: Source;
  /** By topic, then by partition. */
  readonly #readings = new Map<string, Map<number, Reading>>();
  #queue: Item[] = [];
  #first = 0;
  #bytes = 0;
  /** Messages that were ever queued, and that left the queue: who waits for those in it now waits for a number. */
  #queued = 0;
  #left = 0;
  #assigned = 0;
  #closing: Promise<void> | undefined;
  readonly #filled = new Bell();
  readonly #moved = new Bell();
  #waiting = 0;

  constructor(source: Source, { group, member, topics }: SubscribeOptions) {
    this.#source = source;
    this.group = group;
    this.member = member;
    this.topics = [...new Set(topics)];
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  get full(): boolean {
    return this.#queue.length - this.#first >= most.messages || this.#bytes >= most.bytes;
  }

  async take(limit: TakeLimit, signal?: AbortSignal): Promise<readonly Delivery[]> {
    while (!this.closed && signal?.aborted !== true) {
      const batch = this.#atHand(limit);
      if (batch.length > 0) return batch;
      await this.#filled.heard(signal);
    }
    return [];
  }

  done(deliveries: readonly Delivery[]): void {
    for (const { topic, partition, offset } of deliveries) this.#readings.get(topic)?.get(partition)?.done(offset);
  }

  async caughtUp(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const head = await this.#source.head();
    let assigned = -1;
    let until = 0;
    this.#waiting += 1;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.closed) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The subscription is closed.');
        // all is in the queue once nothing is behind; an assignment changes what is in it
        if (this.behind(head) === undefined) {
          if (assigned !== this.#assigned) until = this.#queued;
          assigned = this.#assigned;
          if (this.#left >= until) return;
        }
        await this.#moved.heard(signal);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  serves(key: string): boolean {
    const mine = (topic: string, partitions: number | undefined): boolean =>
      partitions !== undefined && this.has({ topic, partition: partitionOf(key, partitions) });
    return this.topics.every((topic) => mine(topic, this.#source.partitionsOf(topic)));
  }

  close(): Promise<void> {
    this.#closing ??= this.#source.leave(this).finally(() => this.#discard());
    this.#ring();
    return this.#closing;
  }

  /** Ends it without a word to anyone, as a killed process would. */
  abandon(): void {
    this.#closing ??= Promise.resolve();
    this.#discard();
    this.#ring();
  }

  /** Queues what is for it. Only readings that stand right before the entry take it: others had it, or are behind. */
  feed(entry: Entry): void {
    if (this.closed) return;
    const before = entry.position - 1;
    const { length } = this.#queue;
    for (const item of entry.items) {
      const reading = this.#readings.get(item.delivery.topic)?.get(item.delivery.partition);
      if (reading?.at !== before || !reading.wants(item)) continue;
      this.#queue.push(item);
      this.#bytes += item.bytes;
    }
    for (const reading of this.#all()) if (reading.at === before) reading.at = entry.position;
    this.#queued += this.#queue.length - length;
    if (this.#queue.length > length) this.#filled.ring();
    if (this.#waiting > 0) this.#moved.ring();
  }

  /** The position from which on it lacks something; undefined where it has everything up to the one given. */
  behind(position: number): number | undefined {
    let lowest = position;
    for (const { at } of this.#all()) if (at < lowest) lowest = at;
    return lowest < position ? lowest : undefined;
  }

  /** There is nothing any more up to a position: goes on after it. */
  skip(position: number): void {
    for (const reading of this.#all()) if (reading.at < position) reading.at = position;
    this.#moved.ring();
  }

  has({ topic, partition }: Place): boolean {
    return this.#readings.get(topic)?.has(partition) ?? false;
  }

  /** From now on these partitions, and no others; each that is new begins where its group stands. */
  assign(places: readonly Place[], gained: readonly Standing[]): void {
    if (this.closed) return;
    const kept = new Set(places.map(({ topic, partition }) => `${topic}/${partition}`));
    for (const { place } of this.#all()) {
      if (!kept.has(`${place.topic}/${place.partition}`)) this.#readings.get(place.topic)?.delete(place.partition);
    }
    for (const standing of gained) {
      const readings = this.#readings.get(standing.topic) ?? new Map<number, Reading>();
      this.#readings.set(standing.topic, readings);
      readings.set(standing.partition, new Reading(standing, positionOf(standing.offset) - 1));
    }
    const queue = this.#queue.slice(this.#first).filter(({ delivery }) => this.has(delivery));
    this.#left = this.#queued - queue.length;
    this.#queue = queue;
    this.#first = 0;
    this.#bytes = queue.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#assigned += 1;
    this.#moved.ring();
  }

  /** What the log does not know yet; `quiet`: also of partitions where nothing happened. */
  news(quiet: boolean): readonly News[] {
    const news: News[] = [];
    for (const reading of this.#all()) {
      const offset = reading.news(quiet);
      if (offset !== undefined) news.push({ ...reading.place, offset, written: () => reading.written(offset) });
    }
    return news;
  }

  *#all(): Iterable<Reading> {
    for (const readings of this.#readings.values()) yield* readings.values();
  }

  #atHand(limit: TakeLimit): Delivery[] {
    const batch: Delivery[] = [];
    let taken = 0;
    for (; this.#first < this.#queue.length && batch.length < limit.messages; this.#first += 1) {
      const item = this.#queue[this.#first];
      if (item === undefined || (batch.length > 0 && taken + item.bytes > limit.bytes)) break;
      taken += item.bytes;
      batch.push(item.delivery);
      this.#readings.get(item.delivery.topic)?.get(item.delivery.partition)?.handed(item.delivery.offset);
    }
    this.#bytes -= taken;
    this.#left += batch.length;
    this.#trim();
    if (this.#waiting > 0) this.#moved.ring();
    const rest = this.#queue.length - this.#first;
    if (rest * 2 <= most.messages && this.#bytes * 2 <= most.bytes) this.#source.roomFor(this);
    return batch;
  }

  #trim(): void {
    if (this.#first === this.#queue.length) this.#queue = [];
    else if (this.#first > 1_024 && this.#first * 2 > this.#queue.length) this.#queue = this.#queue.slice(this.#first);
    else return;
    this.#first = 0;
  }

  #discard(): void {
    this.#readings.clear();
    this.#queue = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  #ring(): void {
    this.#filled.ring();
    this.#moved.ring();
  }
}
