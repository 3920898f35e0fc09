import { randomUUID } from 'node:crypto';
import type { Log } from '@ensemble/engine';
import type { Link } from './link.ts';
import { standings } from './offsets.ts';
import { type Member, shareOf } from './share.ts';
import type { LogSubscription } from './subscription.ts';
import type { Tail } from './tail.ts';
import type { Topic, Topics } from './topics.ts';

const register = {
  name: 'register',
  text: `with here as (
      insert into processes (process, pid, backend_start, heartbeat)
      select $1, pid, backend_start, clock_timestamp() from pg_stat_activity where pid = pg_backend_pid()
      on conflict (process) do update set pid = excluded.pid, backend_start = excluded.backend_start, heartbeat = excluded.heartbeat
    ) update membership set epoch = epoch + 1`,
};
const beat = { name: 'beat', text: 'update processes set heartbeat = clock_timestamp() where process = $1 returning process' };
const bury = {
  name: 'bury',
  text: `with gone as (
      delete from processes where process in (
        select process from processes join dead_processes using (process) where process <> $1 for update of processes skip locked)
      returning process
    ) update membership set epoch = epoch + 1 where exists (select from gone)`,
};
/** A new instance takes the place of the one before it; one that was there already takes its place back only where that is free. */
const join = (again: boolean): string => `with joined as (
      insert into members (group_name, member, process, instance, topics) values ($1, $2, $3, $4, $5)
      on conflict (group_name, member) do ${
        again ? 'nothing' : 'update set process = excluded.process, instance = excluded.instance, topics = excluded.topics'
      } returning instance
    ) update membership set epoch = epoch + 1 where exists (select from joined)`;
const enter = { name: 'enter', text: join(false) };
const reEnter = { name: 're-enter', text: join(true) };
const leave = {
  name: 'leave',
  text: `with gone as (delete from members where instance = any($1) returning instance)
    update membership set epoch = epoch + 1 where exists (select from gone)`,
};
const unregister = {
  name: 'unregister',
  text: 'with gone as (delete from processes where process = $1) update membership set epoch = epoch + 1',
};
const read = { name: 'members', text: 'select group_name, member, instance, to_json(topics) from members where group_name = any($1)' };

const slotTaken = ({ member }: { readonly member: string }): string =>
  `Slot ${member} is used by another process: nothing is read here until that one is gone.`;

/** This process among those that use the log, and its members in their groups. All of it may fail with TRANSPORT_UNAVAILABLE. */
export class Membership {
  /** How others know this process. */
  readonly process = randomUUID();
  readonly #link: Link;
  readonly #topics: Topics;
  readonly #tail: Tail;
  readonly #log: Log;
  readonly #subscriptions = new Set<LogSubscription>();
  /** Instances that have left and that the others still believe to be members. */
  readonly #departed = new Set<string>();
  /** Their place was taken by another process of the same name. */
  #displaced: ReadonlySet<LogSubscription> = new Set();
  /** The session that the others watch; 0 when they may have forgotten us. */
  #registered = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(link: Link, topics: Topics, tail: Tail, log: Log) {
    this.#link = link;
    this.#topics = topics;
    this.#tail = tail;
    this.#log = log;
  }

  /** What keeps a member from its share, in words for a person; empty while nothing does. */
  get problem(): string {
    const [displaced] = this.#displaced;
    return displaced === undefined ? '' : slotTaken(displaced);
  }

  get subscriptions(): ReadonlySet<LogSubscription> {
    return this.#subscriptions;
  }

  /** Takes the member's place, whoever had it, and gives it its partitions. */
  async enter(subscription: LogSubscription): Promise<void> {
    await this.present();
    await this.#link.query(bury, [this.process]);
    await this.#link.query(enter, this.#rowOf(subscription));
    this.#subscriptions.add(subscription);
    await this.refresh();
  }

  /** Where the log is away the others are told as soon as it is back. */
  async leave(subscription: LogSubscription): Promise<void> {
    this.#subscriptions.delete(subscription);
    this.#displaced = this.#displaced.difference(new Set([subscription]));
    this.#departed.add(subscription.instance);
    await this.#tellDeparted();
  }

  /** Makes the others see us, after every new session. */
  async present(): Promise<void> {
    const session = this.#link.sessions;
    if (session === this.#registered && session > 0) return;
    await this.#link.query(register, [this.process]);
    for (const subscription of this.#subscriptions) await this.#link.query(reEnter, this.#rowOf(subscription));
    this.#registered = session;
  }

  /** Says that we live, and takes out who does not. */
  async beat(): Promise<void> {
    const [here] = await Promise.all([this.#link.query(beat, [this.process]), this.#link.query(bury, [this.process])]);
    if (here.length === 0) this.#registered = 0; // stopped for so long that the others gave us up
    await this.present();
    await this.#tellDeparted();
  }

  /** Gives each subscription the partitions that are its share now. One at a time: an older state must not overwrite a newer one. */
  refresh(): Promise<void> {
    const done = this.#turn.then(() => this.#refresh());
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Begins anew where the log says that each group stands. */
  async restart(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.assign([], []);
    await this.refresh();
  }

  async close(): Promise<void> {
    await this.#link.query(unregister, [this.process]);
  }

  async #refresh(): Promise<void> {
    // Who comes while this waits is not in what was read, and has a turn of its own.
    const entered = new Set(this.#subscriptions);
    const ours = (): readonly LogSubscription[] => [...entered.intersection(this.#subscriptions)];
    const groups = [...new Set(ours().map(({ group }) => group))];
    if (groups.length === 0) return;
    let members = await this.#membersOf(groups);
    const missing = absent(ours(), members);
    if (missing.size > 0) {
      await Promise.all([...missing].map((subscription) => this.#link.query(reEnter, this.#rowOf(subscription))));
      members = await this.#membersOf(groups);
    }
    this.#displace(absent(ours(), members));
    for (const subscription of ours()) {
      const topics = subscription.topics.map((name) => this.#topics.known(name)).filter((topic): topic is Topic => topic !== undefined);
      const inGroup = members.filter(({ group }) => group === subscription.group);
      const places = shareOf(subscription.instance, topics, inGroup);
      const gained = places.filter((place) => !subscription.has(place));
      subscription.assign(places, await standings(this.#link, subscription.group, gained));
      void this.#tail.catchUp(subscription);
    }
  }

  async #membersOf(groups: readonly string[]): Promise<readonly Member[]> {
    return (await this.#link.query(read, [groups])).map(memberOf);
  }

  #displace(displaced: ReadonlySet<LogSubscription>): void {
    for (const { group, member } of displaced.difference(this.#displaced)) {
      this.#log.error({ group }, slotTaken({ member }));
    }
    for (const { group, member } of this.#displaced.difference(displaced)) {
      this.#log.info({ group, member }, `Slot ${member} is free again, and taken.`);
    }
    this.#displaced = displaced;
  }

  async #tellDeparted(): Promise<void> {
    if (this.#departed.size === 0) return;
    const departed = [...this.#departed];
    await this.#link.query(leave, [departed]);
    for (const instance of departed) this.#departed.delete(instance);
  }

  #rowOf({ group, member, instance, topics }: LogSubscription): readonly unknown[] {
    return [group, member, this.process, instance, topics];
  }
}

const memberOf = ([group, member, instance, topics]: readonly (string | null)[]): Member => ({
  group: group ?? '',
  member: member ?? '',
  instance: instance ?? '',
  topics: JSON.parse(topics ?? '[]') as string[],
});

/** Those that are no members: given up for dead, or displaced by one of the same name. */
function absent(subscriptions: readonly LogSubscription[], members: readonly Member[]): ReadonlySet<LogSubscription> {
  const instances = new Set(members.map(({ instance }) => instance));
  return new Set(subscriptions.filter(({ instance }) => !instances.has(instance)));
}
