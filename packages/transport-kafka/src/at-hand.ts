import { Progress } from '@ensemble/engine/partition';
import type { Delivery, TakeLimit } from '@ensemble/engine/transport';
import type { Place } from './membership.ts';

/** One partition while it is this member's. A partition that was lost and comes back is a new one. */
export interface Reading {
  /** As on the wire. */
  readonly place: Place;
  /** As the subscriber knows it. */
  readonly topic: string;
  readonly progress: Progress;
  /** The next offset to ask the broker for. */
  fetched: bigint;
  /** Everything below was handed out. */
  taken: bigint;
  /** How many messages were fetched and not taken. */
  waiting: number;
  /** What was last written; −1 is nothing. */
  written: bigint;
  /** It is another member's now: what waits is left to them. */
  lost: boolean;
}

export const readingOf = (place: Place, topic: string, position: bigint): Reading => ({
  place,
  topic,
  progress: new Progress(),
  fetched: position,
  taken: position,
  waiting: 0,
  written: -1n,
  lost: false,
});

/** Everything the log held below this offset was handed out. */
export const handedOut = ({ waiting, taken, fetched }: Reading): bigint => (waiting === 0 ? fetched : taken);

export interface Piece {
  readonly reading: Reading;
  readonly deliveries: readonly Delivery[];
  /** Bytes of key and value, by place. */
  readonly sizes: readonly number[];
}

/** What was fetched and not taken yet, in the order it came. */
export class AtHand {
  #pieces: Piece[] = [];
  /** How much of the first piece was taken. */
  #from = 0;
  #isWanted = false;

  /** More was asked for than there is. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  add(piece: Piece): void {
    this.#pieces.push(piece);
    piece.reading.waiting += piece.deliveries.length;
    this.#isWanted = false;
  }

  /** No more than the limit; a single message above the byte limit is given alone. */
  take(limit: TakeLimit): Delivery[] {
    const batch: Delivery[] = [];
    let room = limit.bytes;
    let at = 0;
    for (const piece of this.#pieces) {
      const { reading, deliveries, sizes } = piece;
      let next = at === 0 ? this.#from : 0;
      while (next < deliveries.length && !reading.lost) {
        const [delivery, size] = [deliveries[next], sizes[next]];
        if (delivery === undefined || size === undefined) break;
        if (batch.length >= limit.messages || (batch.length > 0 && size > room)) return this.#rest(at, next, batch);
        batch.push(delivery);
        room -= size;
        next += 1;
        reading.progress.handed(delivery.offset);
        reading.taken = delivery.offset + 1n;
        reading.waiting -= 1;
      }
      at += 1;
    }
    return this.#rest(at, 0, batch);
  }

  #rest(piece: number, from: number, batch: Delivery[]): Delivery[] {
    if (piece > 0) this.#pieces = this.#pieces.slice(piece);
    this.#from = from;
    this.#isWanted = batch.length === 0;
    return batch;
  }
}
