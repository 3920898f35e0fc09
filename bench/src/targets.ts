/** What a flow's document wants of the running system, beside what was measured. */
import type { Targets } from '@ensemble/flow';
import type { Processors } from './processes.ts';
import { type Percentiles, percentilesOf } from './times.ts';
import type { Asked, VisitTally } from './visits.ts';

export interface TargetsResult {
  /** Visits a second: each places an order and asks for another and its timeline. */
  readonly rate: number;
  /** With everything at work. */
  readonly whole: VisitFigures;
  /** While those services were away; null: the document does not ask for it. */
  readonly without: (VisitFigures & { readonly services: readonly string[]; readonly waited: number }) | null;
  /** Orders that were placed over HTTP, and those of them that did not end. */
  readonly orders: { readonly placed: number; readonly unfinished: number };
  /** While that was measured. */
  readonly processors: Processors;
  readonly compared: readonly Compared[];
}

export interface VisitFigures {
  readonly placed: AskedFigures;
  readonly read: AskedFigures;
}

/** Milliseconds over HTTP, from the moment a request was due. */
export interface AskedFigures extends Percentiles {
  readonly answered: number;
  readonly failed: number;
}

export interface Compared {
  readonly target: string;
  /** The least or the most that it may be. */
  readonly wanted: { readonly least: number } | { readonly most: number };
  /** null: nothing was counted. */
  readonly measured: number | null;
  readonly met: boolean;
}

export const visitFigures = ({ placed, read }: VisitTally): VisitFigures => ({ placed: askedFigures(placed), read: askedFigures(read) });

const askedFigures = ({ times, failed }: Asked): AskedFigures => ({ answered: times.count, failed, ...percentilesOf(times) });

export type Measured = Pick<TargetsResult, 'whole' | 'without'> & { /** Of the load before it. */ readonly ordersPerSecond: number };

const secondsADay = 86_400;

/** Of each target what was wanted and what was measured. A request that failed was not answered in time, however fast it failed. */
export function compare({ answerP98, ordersADay }: Targets, { whole, without, ordersPerSecond }: Measured): Compared[] {
  const answer = (target: string, { p98, failed }: AskedFigures): Compared[] =>
    answerP98 === undefined
      ? []
      : [{ target, wanted: { most: answerP98 }, measured: p98, met: failed === 0 && p98 !== null && p98 <= answerP98 }];
  const day = ordersPerSecond * secondsADay;
  const away = without?.services.join(' and ');
  return [
    ...answer('answer to an order: p98, ms', whole.placed),
    ...answer('answer to a read: p98, ms', whole.read),
    ...(ordersADay === undefined
      ? []
      : [{ target: 'orders a day, at the rate above', wanted: { least: ordersADay }, measured: day, met: day >= ordersADay }]),
    ...(without === null
      ? []
      : [
          failures(`failed reads without ${away}`, without.read),
          ...answer(`answer to a read without ${away}: p98, ms`, without.read),
          ...answer(`answer to an order without ${away}: p98, ms`, without.placed),
        ]),
  ];
}

const failures = (target: string, { answered, failed }: AskedFigures): Compared => ({
  target,
  wanted: { most: 0 },
  measured: answered + failed === 0 ? null : failed,
  met: answered > 0 && failed === 0,
});
