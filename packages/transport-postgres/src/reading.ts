import { Progress } from '@ensemble/engine/partition';
import { type Item, offsetOf } from './entry.ts';

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Where a group stands in one partition: the first offset that it has not worked. */
export interface Standing extends Place {
  readonly offset: bigint;
}

/** One partition of one member: up to where it was read, handed out and worked. */
export class Reading {
  readonly place: Place;
  /** All entries up to this position have been looked at. */
  at: number;
  readonly #from: bigint;
  readonly #progress = new Progress();
  #last: bigint | undefined;
  #written: bigint;

  /** `at`: the entry before the first that matters. */
  constructor({ topic, partition, offset }: Standing, at: number) {
    this.place = { topic, partition };
    this.at = at;
    this.#from = offset;
    this.#written = offset;
  }

  /** Whether the message belongs here: those before the beginning were worked by an earlier owner. */
  wants({ delivery }: Item): boolean {
    if (delivery.offset < this.#from) return false;
    this.#last = delivery.offset;
    return true;
  }

  handed(offset: bigint): void {
    this.#progress.handed(offset);
  }

  done(offset: bigint): void {
    this.#progress.done(offset);
  }

  /**
   * Where a restart may begin, when that is news. A partition where nothing is outstanding moves along with the log, so that a restart
   * need not read all that was not for it; that alone is news only when `quiet` says so.
   */
  news(quiet: boolean): bigint | undefined {
    const { position } = this.#progress;
    const outstanding = this.#last !== undefined && position !== this.#last + 1n;
    if (!quiet && (position === undefined || position <= this.#written)) return undefined;
    const next = outstanding ? (position ?? this.#from) : offsetOf(this.at + 1, 0);
    return next > this.#written ? next : undefined;
  }

  written(offset: bigint): void {
    if (offset > this.#written) this.#written = offset;
  }
}
