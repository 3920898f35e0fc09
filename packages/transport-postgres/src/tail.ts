import type { Log } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { readEntries, readHead } from './entries.ts';
import type { Entry } from './entry.ts';
import type { Link } from './link.ts';
import type { LogSubscription } from './subscription.ts';

const megabyte = 1_048_576;
/** Entries kept in memory: those handed over last, for who has just been behind; this process's own, that others' must precede. */
const kept = { recent: 2 * megabyte, own: 16 * megabyte };

/**
 * The newest end of the log, one for all subscriptions of a process. Entries pass it strictly by position: this process's own from
 * memory, others' from the table. A subscription without room, or with a partition that begins earlier, is behind it and reads the
 * table for itself until it stands at the tail again.
 */
export class Tail {
  readonly #link: Link;
  readonly #log: Log;
  readonly #followers = new Set<LogSubscription>();
  readonly #reading = new Set<LogSubscription>();
  /** The entry that was handed over last; undefined until someone follows. */
  #position: number | undefined;
  #head = 0;
  #moving = false;
  readonly #own = new Map<number, Entry>();
  #ownBytes = 0;
  #recent: Entry[] = [];
  #recentBytes = 0;

  constructor(link: Link, log: Log) {
    this.#link = link;
    this.#log = log;
  }

  /** Whether anyone listens: otherwise entries need not be made. */
  get followed(): boolean {
    return this.#followers.size > 0;
  }

  /** Errors: TRANSPORT_UNAVAILABLE. */
  async follow(subscription: LogSubscription): Promise<void> {
    const head = await readHead(this.#link);
    if (!this.followed) this.#jump(Math.max(head, this.#position ?? 0, this.#head));
    this.#followers.add(subscription);
  }

  forget(subscription: LogSubscription): void {
    this.#followers.delete(subscription);
  }

  /** This process has appended an entry. */
  appended(entry: Entry): void {
    const next = (this.#position ?? 0) + 1;
    this.#head = Math.max(this.#head, entry.position);
    if (entry.position < next) return; // it was read from the table before its author was told
    if (entry.position === next && !this.#moving) return this.#hand(entry);
    if (this.#ownBytes > kept.own) this.#dropOwn(); // they are in the table
    this.#own.set(entry.position, entry);
    this.#ownBytes += entry.bytes;
    void this.#move();
  }

  /** The entry that was handed over last; 0 while nobody follows. */
  get position(): number {
    return this.#position ?? 0;
  }

  /** The log ends earlier than it did: another one was put in its place. Everyone has to begin anew. */
  restart(head: number): void {
    this.#dropOwn();
    this.#head = head;
    this.#jump(head);
  }

  /** The log reaches up to here. */
  reaches(head: number): void {
    this.#head = Math.max(this.#head, head);
    void this.#move();
    for (const subscription of this.#followers) void this.catchUp(subscription);
  }

  /** Reads from the table what a subscription lacks, as long as it has room. */
  async catchUp(subscription: LogSubscription): Promise<void> {
    if (this.#reading.has(subscription)) return;
    this.#reading.add(subscription);
    try {
      while (!subscription.closed && !subscription.full) {
        const tail = this.#position ?? 0;
        const after = subscription.behind(tail);
        if (after === undefined) return;
        const entries = this.#inMemory(after) ?? (await readEntries(this.#link, after, tail));
        const first = entries[0]?.position ?? tail + 1;
        if (first > after + 1) this.#missing(subscription, after, first);
        for (const entry of entries) subscription.feed(entry);
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#reading.delete(subscription);
    }
  }

  /** Hands over all that the log holds, by position. What fails is tried again when the head is next looked at. */
  async #move(): Promise<void> {
    if (this.#moving || this.#position === undefined) return;
    this.#moving = true;
    try {
      while (this.#position < this.#head) {
        const own = this.#own.get(this.#position + 1);
        if (own !== undefined) this.#hand(own);
        else await this.#pass(this.#position, this.#nextOwn() - 1);
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#moving = false;
    }
  }

  /** Others' entries: after one position, up to another. */
  async #pass(after: number, upTo: number): Promise<void> {
    const listens = [...this.#followers].some(({ full }) => !full);
    const entries = listens ? await readEntries(this.#link, after, upTo) : [];
    if (this.#position !== after) return; // another log was put in the place of this one meanwhile
    if (entries.length === 0 || entries[0]?.position !== after + 1) return this.#jump(upTo);
    for (const entry of entries) this.#hand(entry);
  }

  #nextOwn(): number {
    let next = this.#head + 1;
    for (const position of this.#own.keys()) if (position < next) next = position;
    return next;
  }

  #hand(entry: Entry): void {
    this.#position = entry.position;
    const own = this.#own.get(entry.position);
    if (own !== undefined) this.#ownBytes -= own.bytes;
    this.#own.delete(entry.position);
    for (const subscription of this.#followers) if (!subscription.full) subscription.feed(entry);
    this.#recent.push(entry);
    this.#recentBytes += entry.bytes;
    while (this.#recentBytes > kept.recent && this.#recent.length > 1) this.#recentBytes -= this.#recent.shift()?.bytes ?? 0;
  }

  /** Nobody was fed in between: all are behind, and read for themselves. */
  #jump(position: number): void {
    this.#position = position;
    this.#head = Math.max(this.#head, position);
    this.#recent = [];
    this.#recentBytes = 0;
    for (const subscription of this.#followers) void this.catchUp(subscription);
  }

  #dropOwn(): void {
    this.#own.clear();
    this.#ownBytes = 0;
  }

  /** At the tail the log grows while it is read: without the entries in memory a reader would stay one step behind for ever. */
  #inMemory(after: number): readonly Entry[] | undefined {
    const first = this.#recent[0]?.position;
    return first !== undefined && first <= after + 1 ? this.#recent.slice(after + 1 - first) : undefined;
  }

  #missing(subscription: LogSubscription, after: number, first: number): void {
    const { group, member } = subscription;
    const entries = first - after - 1;
    this.#log.error({ code: 'LOG_TRUNCATED', group, member, entries }, 'the log no longer holds entries that this group had not read');
    subscription.skip(first - 1);
  }

  #failed(error: unknown): void {
    if (!isError(error, 'TRANSPORT_UNAVAILABLE')) this.#log.error({ error: String(error) }, 'reading the log failed; trying again');
  }
}
