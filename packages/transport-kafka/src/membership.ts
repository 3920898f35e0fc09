import { EnsembleError } from '@ensemble/errors';
import { Admin, Consumer, findErrorBy, type GroupPartitionsAssigner } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';
import { endClient, known, tried } from './ending.ts';
import { failureOf } from './failures.ts';
import type { Wiring } from './options.ts';

/** A topic's name here is as on the wire. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface MembershipEvents {
  /** The member's whole share, each time the group settles; it holds until the next call. */
  assigned(places: readonly Place[]): void;
  /** The group is about to share out anew: the last moment at which positions count. */
  leaving(): void;
  /** The group cannot be reached; it is tried again until it can. */
  trouble(error: EnsembleError): void;
  /** Another process has taken the member's name, and with it its share; it is waited for until the name is free. */
  displaced(): void;
}

export interface MembershipOptions {
  readonly wiring: Wiring;
  readonly group: string;
  readonly member: string;
  readonly topics: readonly string[];
  readonly events: MembershipEvents;
}

/**
 * Member n of m has the partitions p with p mod m = n, the same of every topic: messages of one order then meet in one process. The
 * client's own assignor deals them out one by one, over all topics.
 */
export const sameOfEveryTopic: GroupPartitionsAssigner = (_, members, topics, metadata) => {
  const ids = [...members.keys()].toSorted();
  return ids.map((memberId, at) => {
    const share = (topic: string): number[] =>
      Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_unused, partition) => partition).filter(
        (partition) => partition % ids.length === at,
      );
    return { memberId, assignments: new Map([...topics].map((topic) => [topic, { topic, partitions: share(topic) }])) };
  });
};

const createConsumer = ({ wiring, group, member, topics }: MembershipOptions): Consumer => {
  const consumer = new Consumer({
    ...wiring.client,
    groupId: wiring.prefix + group,
    // a static id: a process that comes back under its name has its partitions at once, and nobody else moves
    groupInstanceId: member,
    protocols: [{ name: 'same-of-every-topic', version: 1 }],
    partitionAssigner: sameOfEveryTopic,
    sessionTimeout: 6_000,
    rebalanceTimeout: 10_000,
    heartbeatInterval: 500,
    heartbeatStallTimeout: 20_000,
    autocommit: false,
    retries: 3,
  });
  consumer.topics.trackAll(...topics.map((topic) => wiring.prefix + topic));
  return known(consumer);
};

/** How often a member whose name is taken looks whether it is free: milliseconds. */
const lookEvery = 500;

/** A member of a consumer group: joins, stays, and joins again whatever happens, until it is closed. */
export class Membership {
  readonly consumer: Consumer;
  readonly #options: MembershipOptions;
  readonly #events: MembershipEvents;
  readonly #ended = new AbortController();
  #joining = false;
  #displaced = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#events = options.events;
    this.consumer = createConsumer(options);
    this.consumer.on('consumer:group:join', ({ assignments = [] }) => {
      if (this.#ended.signal.aborted) return;
      this.#events.assigned(assignments.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))));
    });
    this.consumer.on('consumer:group:rebalance', () => this.#events.leaving());
    this.consumer.on('consumer:heartbeat:error', ({ error }) => this.#trouble(error));
    // the client gives up beating its heart when a join fails, and says only this
    this.consumer.on('error', (error: unknown) => this.#rejoin(error));
    this.consumer.on('consumer:heartbeat:stalled', ({ lastError }) => this.#rejoin(lastError));
    // heard before the client acts on it: by itself it joins again at once, throws the other out, is thrown out by that one, and so on
    this.consumer.on('client:performWithRetry:failed', (_operation: string, _retries: number, errors: readonly Error[]) => {
      if (errors.some((error) => findErrorBy(error, 'apiId', 'FENCED_INSTANCE_ID') !== null)) this.#displace();
    });
  }

  /**
   * The first join. For seconds after its own restart a broker says that it does not lead the group, so it is asked again for so many
   * milliseconds. Errors: TRANSPORT_UNAVAILABLE with the last reason, TOPIC_MISSING at once.
   */
  async enter(patience: number): Promise<void> {
    const deadline = performance.now() + patience;
    this.#joining = true;
    try {
      for (let pause = 100; ; pause = Math.min(2 * pause, 1_000)) {
        const failure = await this.join().catch((error: unknown) => failureOf(error, `Group ${this.#options.group} could not be joined`));
        if (failure === undefined) return;
        if (failure.code !== 'TRANSPORT_UNAVAILABLE' || this.#ended.signal.aborted || performance.now() + pause > deadline) throw failure;
        await wait(pause);
      }
    } finally {
      this.#joining = false;
    }
  }

  /** Errors: TRANSPORT_UNAVAILABLE, also once it is closed; TOPIC_MISSING. */
  async join(): Promise<void> {
    this.#refuseClosed();
    await this.consumer.joinGroup({});
    this.#refuseClosed(); // the client calls a join that was closed upon a success
  }

  #refuseClosed(): void {
    if (this.#ended.signal.aborted) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The membership is closed.');
  }

  /** Leaves the group, so that others are given its partitions at once. */
  async close(): Promise<void> {
    this.#ended.abort();
    // A client that only closes goes on as a member: a join or a heartbeat under way sets the next timer, which holds the process for
    // ever. One that cannot leave, since its broker has gone in the middle of it, may yet have a timer of twenty seconds.
    await tried(new Promise((resolve) => this.consumer.leaveGroup(false, () => resolve())));
    await endClient(this.consumer);
  }

  /** As a killed process would: the connection breaks off, and the group is not told. */
  async abandon(): Promise<void> {
    this.#ended.abort();
    await this.consumer.connections.close();
    await endClient(this.consumer);
  }

  #trouble(error: unknown): void {
    if (!this.#ended.signal.aborted) this.#events.trouble(failureOf(error, 'The consumer group cannot be reached'));
  }

  #rejoin(error: unknown): void {
    this.#trouble(error);
    if (!this.#joining && !this.#displaced) void this.#keepJoining();
  }

  #displace(): void {
    if (this.#ended.signal.aborted) return;
    this.consumer.leaveGroup(false, (error) => {
      if (error) this.#trouble(error);
    });
    this.#events.displaced();
    if (!this.#displaced) void this.#waitForTurn();
  }

  async #waitForTurn(): Promise<void> {
    const { wiring } = this.#options;
    const { signal } = this.#ended;
    const admin = known(new Admin({ ...wiring.client, retries: 1 }));
    admin.on('error', () => undefined);
    this.#displaced = true;
    while (this.#displaced && !signal.aborted) {
      await wait(lookEvery, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#takeTurn(admin);
    }
    await endClient(admin);
  }

  /** Joins when nobody has the name. */
  async #takeTurn(admin: Admin): Promise<void> {
    const { wiring, group, member } = this.#options;
    const id = wiring.prefix + group;
    try {
      const members = (await admin.describeGroups({ groups: [id] })).get(id)?.members.values() ?? [];
      if ([...members].some(({ groupInstanceId }) => groupInstanceId === member)) return this.#events.displaced();
      this.#displaced = false;
      await this.join();
    } catch (error) {
      this.#displaced = true;
      this.#trouble(error);
    }
  }

  async #keepJoining(): Promise<void> {
    const { signal } = this.#ended;
    this.#joining = true;
    for (let pause = 100; !signal.aborted; pause = Math.min(2 * pause, 2_000)) {
      await wait(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      try {
        await this.join();
        break;
      } catch (error) {
        this.#trouble(error);
      }
    }
    this.#joining = false;
  }
}
