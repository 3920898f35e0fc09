import { Bell } from '@ensemble/engine/bell';
import { partitionOf } from '@ensemble/engine/partition';
import type { Delivery, SubscribeOptions, Subscription, TakeLimit } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';
import { ConnectionPool } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';
import { AtHand, handedOut, type Reading } from './at-hand.ts';
import { endClient, known } from './ending.ts';
import { failureOf, within } from './failures.ts';
import { fetchAll } from './fetching.ts';
import { Membership, type Place } from './membership.ts';
import type { Wiring } from './options.ts';
import { commit, endsOf, nameOf, openReadings } from './positions.ts';

const joinDeadline = 15_000;
/** A join that begins later than this would not be waited for. */
const joinPatience = 10_000;
const askDeadline = 5_000;
const writeEvery = 250;

export class KafkaSubscription implements Subscription {
  readonly #wiring: Wiring;
  readonly #group: string;
  /** As on the wire. */
  readonly #topics: readonly string[];
  readonly #membership: Membership;
  readonly #atHand = new AtHand();
  /** Rings when something arrived, or take() is to end. */
  readonly #arrived = new Bell();
  /** Rings when something was taken, assigned or lost. */
  readonly #moved = new Bell();
  #readings = new Map<string, Reading>();
  /** Grows with each assignment: what serves an earlier one stops. */
  #round = 0;
  /** The partitions of the latest assignment are open. */
  #settled = false;
  #pool: ConnectionPool | undefined;
  #writing: Promise<void> | undefined;
  readonly #writer: NodeJS.Timeout;
  #closed = false;
  #isDisplaced = false;
  #problem = '';

  constructor(wiring: Wiring, { group, member, topics }: SubscribeOptions) {
    this.#wiring = wiring;
    this.#group = group;
    this.#topics = topics.map((topic) => wiring.prefix + topic);
    this.#membership = new Membership({
      wiring,
      group,
      member,
      topics,
      events: {
        assigned: (places) => this.#assigned(places),
        leaving: () => void this.#write(),
        trouble: (error) => this.#trouble(error),
        displaced: () => this.#displaced(member),
      },
    });
    this.#writer = setInterval(() => void this.#write(), writeEvery);
  }

  /** In words; empty while the broker answers. */
  get problem(): string {
    return this.#problem;
  }

  /** Errors: TRANSPORT_UNAVAILABLE, TOPIC_MISSING; it is then to be closed. */
  async join(): Promise<void> {
    await within(joinDeadline, `Group ${this.#group} could not be joined`, this.#membership.enter(joinPatience));
  }

  async take(limit: TakeLimit, signal?: AbortSignal): Promise<readonly Delivery[]> {
    while (!this.#closed && signal?.aborted !== true) {
      const batch = this.#atHand.take(limit);
      this.#moved.ring();
      if (batch.length > 0) return batch;
      await this.#arrived.heard(signal);
    }
    return [];
  }

  done(deliveries: readonly Delivery[]): void {
    let reading: Reading | undefined;
    for (const { topic, partition, offset } of deliveries) {
      if (reading?.topic !== topic || reading.place.partition !== partition) {
        reading = this.#readings.get(nameOf({ topic: this.#wiring.prefix + topic, partition }));
      }
      reading?.progress.done(offset);
    }
  }

  async caughtUp(signal: AbortSignal): Promise<void> {
    await this.#untilSettled(signal);
    const readings = [...this.#readings.values()];
    const places = readings.map(({ place }) => place);
    const ends = await within(askDeadline, 'The end of the log could not be asked for', endsOf(this.#membership.consumer, places));
    const isBehind = (reading: Reading): boolean => !reading.lost && handedOut(reading) < (ends(reading.place) ?? 0n);
    while (readings.some(isBehind)) {
      if (this.#closed) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The subscription is closed.');
      await this.#moved.heard(signal);
      signal.throwIfAborted();
    }
  }

  serves(key: string): boolean {
    const topics = this.#membership.consumer.currentMetadata?.topics;
    const mine = (topic: string, partitions = 0): boolean =>
      partitions > 0 && this.#readings.has(nameOf({ topic, partition: partitionOf(key, partitions) }));
    return !this.#closed && this.#settled && this.#topics.every((topic) => mine(topic, topics?.get(topic)?.partitionsCount));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#end();
    await Promise.race([this.#writing?.then(() => this.#write()) ?? this.#write(), wait(2_000, undefined, { ref: false })]);
    await this.#membership.close();
  }

  /** As a killed process would: positions that are not written stay so, and the group is not told. */
  async abandon(): Promise<void> {
    this.#end();
    await this.#membership.abandon();
  }

  #end(): void {
    this.#closed = true;
    this.#round += 1;
    clearInterval(this.#writer);
    this.#hangUp();
    this.#arrived.ring();
    this.#moved.ring();
  }

  async #serve(places: readonly Place[]): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    this.#settled = false;
    this.#hangUp();
    this.#keepOnly(new Set(places.map(nameOf)));
    for (let pause = 50; this.#isCurrent(round); pause = Math.min(2 * pause, 1_000)) {
      try {
        await this.#open(places, round);
        await this.#fetch(round, () => {
          pause = 50;
          this.#problem = '';
          this.#arrived.ring();
        });
      } catch (error) {
        if (!this.#isCurrent(round)) return;
        this.#trouble(failureOf(error, `Group ${this.#group} cannot read`));
        this.#membership.consumer.clearMetadata();
        await wait(pause);
      }
    }
  }

  #isCurrent(round: number): boolean {
    return round === this.#round;
  }

  #keepOnly(names: ReadonlySet<string>): void {
    for (const [name, reading] of this.#readings) {
      if (names.has(name)) continue;
      reading.lost = true;
      this.#readings.delete(name);
    }
    this.#moved.ring();
  }

  async #open(places: readonly Place[], round: number): Promise<void> {
    const { prefix, log } = this.#wiring;
    const topicOf = (wireTopic: string): string => wireTopic.slice(prefix.length);
    const { consumer } = this.#membership;
    const readings = await openReadings({ consumer, places, known: this.#readings, topicOf, group: this.#group, log });
    if (!this.#isCurrent(round)) return;
    this.#readings = readings;
    this.#settled = true;
    this.#moved.ring();
  }

  async #fetch(round: number, arrived: () => void): Promise<void> {
    if (!this.#isCurrent(round)) return;
    this.#hangUp();
    const { clientId, connectTimeout = 0, requestTimeout = 0 } = this.#wiring.client;
    const pool = known(new ConnectionPool(clientId, { connectTimeout, requestTimeout }));
    this.#pool = pool;
    const readings = [...this.#readings.values()];
    const { consumer } = this.#membership;
    const isCurrent = (): boolean => this.#isCurrent(round) && this.#pool === pool;
    if (readings.length === 0) {
      while (isCurrent()) await this.#moved.heard();
      return;
    }
    await fetchAll({ consumer, pool, readings, atHand: this.#atHand, wanted: this.#moved, isCurrent, arrived });
  }

  #hangUp(): void {
    const pool = this.#pool;
    this.#pool = undefined;
    if (pool !== undefined) void endClient(pool);
  }

  /** Positions go to the broker now and then: after each batch they cost a fifth of the rate. */
  async #write(): Promise<void> {
    this.#writing ??= this.#writeOnce().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const moved = [...this.#readings.values()].flatMap((reading) => {
      const { position } = reading.progress;
      return position === undefined || position === reading.written ? [] : [{ reading, position }];
    });
    if (moved.length === 0) return;
    try {
      const positions = moved.map(({ reading, position }) => ({ ...reading.place, offset: position }));
      if (!(await commit(this.#membership.consumer, positions))) return;
      for (const { reading, position } of moved) reading.written = position;
    } catch (error) {
      this.#trouble(failureOf(error, `Positions of group ${this.#group} could not be written`));
    }
  }

  #assigned(places: readonly Place[]): void {
    this.#problem = '';
    this.#isDisplaced = false;
    void this.#serve(places);
  }

  /** Called again and again while it lasts. */
  #displaced(member: string): void {
    const problem = `Slot ${member} is used by another process: nothing is read here until that one is gone.`;
    if (!this.#isDisplaced) {
      this.#wiring.log.error({ group: this.#group }, problem);
      this.#assigned([]);
    }
    this.#isDisplaced = true;
    this.#problem = problem;
  }

  #trouble(error: EnsembleError): void {
    if (this.#problem === '') this.#wiring.log.warn({ code: error.code, group: this.#group }, error.message);
    this.#problem = error.message;
  }

  async #untilSettled(signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(joinDeadline)]);
    while (!this.#settled) {
      await this.#moved.heard(patience);
      signal.throwIfAborted();
      if (patience.aborted || this.#closed) {
        throw new EnsembleError('TRANSPORT_UNAVAILABLE', `Group ${this.#group} gives this member no partitions yet.`);
      }
    }
  }
}
