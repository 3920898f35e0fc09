/** Every order on its way, from the moment it was due until its history row says how it ended. */
import type { BatchFigures, Row, Table } from '@ensemble/engine';
import { isEnd } from '@ensemble/flow';
import { tables as historyTables } from '@ensemble/order-history/tables';
import type { EndedIn } from '@ensemble/server';
import { countBatch, newTally, record, type Tally } from './tally.ts';

interface Flight {
  readonly due: number;
  /** Of the time it was due in. */
  readonly tally: Tally;
  /** The moment of its 202; null: it has none yet. */
  taken: number | null;
  ended: boolean;
  told: boolean;
}

export interface Counts {
  placed: number;
  ended: number;
  /** The gateway did not take them. */
  refused: number;
}

export interface Flights {
  readonly counts: Readonly<Counts>;
  /** Orders that have not ended. */
  unfinished(): number;
  /** Those, and the ones that have ended and whose history row does not say so yet. */
  underWay(): number;
  /** Counts anew from here; gives what was counted until now. */
  turn(): Tally;
  begin(orderId: string, due: number): void;
  taken(orderId: string): void;
  refused(orderId: string): void;
  /** Told of every batch that is committed. */
  hear(batch: BatchFigures): void;
}

/** The rows of a table that a batch saved. */
const savedIn = ({ changes }: BatchFigures, table: Table): readonly Row[] =>
  changes.flatMap((change) => (change.table === table ? [...(change.insert ?? []), ...(change.update ?? [])] : []));

/** Moments are on the clock given. `ended` is called once for each order that ends. */
export function flights(now: () => number, ended: () => void, endedIn: EndedIn): Flights {
  const flying = new Map<string, Flight>();
  const counts: Counts = { placed: 0, ended: 0, refused: 0 };
  let tally = newTally();

  function landed(orderId: string, flight: Flight): void {
    if (flight.ended && flight.told) flying.delete(orderId);
  }

  function hasEnded(orderId: string, compensated: boolean): void {
    const flight = flying.get(orderId);
    if (!flight || flight.ended) return;
    flight.ended = true;
    counts.ended += 1;
    tally.ended += 1;
    if (compensated) tally.compensated += 1;
    record(flight.tally, 'ended', now() - (flight.taken ?? flight.due));
    record(flight.tally, 'whole', now() - flight.due);
    landed(orderId, flight);
    ended();
  }

  function historyTold(orderId: string): void {
    const flight = flying.get(orderId);
    if (!flight || flight.told) return;
    flight.told = true;
    record(flight.tally, 'told', now() - (flight.taken ?? flight.due));
    landed(orderId, flight);
  }

  return {
    counts,
    unfinished: () => counts.placed - counts.refused - counts.ended,
    underWay: () => flying.size,
    turn() {
      const counted = tally;
      tally = newTally();
      return counted;
    },
    begin(orderId, due) {
      counts.placed += 1;
      flying.set(orderId, { due, tally, taken: null, ended: false, told: false });
    },
    taken(orderId) {
      const flight = flying.get(orderId);
      if (!flight) return;
      flight.taken = now();
      record(flight.tally, 'taken', flight.taken - flight.due);
    },
    refused(orderId) {
      if (!flying.delete(orderId)) return;
      counts.refused += 1;
    },
    hear(batch) {
      countBatch(tally, batch);
      for (const { orderId, end } of endedIn(batch)) hasEnded(orderId, end === 'CANCELLED');
      for (const row of savedIn(batch, historyTables.orders)) if (isEnd(row['status'])) historyTold(String(row['orderId']));
    },
  };
}
