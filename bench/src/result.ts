/** What one run found, as --json gives it. */
import type { AboutServers } from './servers.ts';
import { type Moment, type Processors, processorsBetween, spentBetween } from './processes.ts';
import { type Span, spans, type Tally } from './tally.ts';
import type { TargetsResult } from './targets.ts';
import { type Percentiles, percentilesOf } from './times.ts';

export interface Result {
  readonly servers: AboutServers;
  /** Of the measured time. */
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly messagesPerSecond: number;
  /** Of the orders that ended: 0 to 1. */
  readonly compensated: number;
  readonly milliseconds: Readonly<Record<Span, Percentiles>>;
  /** Microseconds for each order; null: it runs elsewhere, or this system does not tell. */
  readonly cpuPerOrder: { readonly node: number | null; readonly postgres: number | null; readonly java: number | null };
  readonly processors: Processors;
  readonly services: readonly ServiceResult[];
  /** Resident bytes at the end of the measured time. */
  readonly memory: { readonly node: number; readonly java: number | null };
  readonly orders: OrderCounts;
  /** null: the flow's document states none. */
  readonly targets: TargetsResult | null;
  /** null: it was not asked for. */
  readonly audit: { readonly findings: readonly string[]; readonly seconds: number } | null;
  /** null: nothing was run beside it. */
  readonly beside: BesideResult | null;
}

/** Of the whole run. */
export interface OrderCounts {
  readonly placed: number;
  readonly refused: number;
  /** Sagas that did not end. */
  readonly unfinished: number;
  /** Orders that ended, and whose history does not say so. */
  readonly untold: number;
}

export interface ServiceResult {
  readonly service: string;
  readonly batchesPerSecond: number;
  /** Mean works of a batch: messages, or orders placed. */
  readonly size: number;
  /** Mean from a batch's begin to its commit. */
  readonly milliseconds: number;
}

export interface BesideResult {
  /** The last it printed. */
  readonly line: string;
  readonly ordersPerSecond: number | null;
  /** Ours through its. */
  readonly ratio: number | null;
}

export type Figures = Pick<
  Result,
  'seconds' | 'ordersPerSecond' | 'messagesPerSecond' | 'compensated' | 'milliseconds' | 'cpuPerOrder' | 'processors' | 'services'
>;

export function figures(tally: Tally, began: Moment, over: Moment): Figures {
  const seconds = (over.at - began.at) / 1_000;
  const spent = spentBetween(began, over);
  const perOrder = (cpu: number | null): number | null => (cpu === null || tally.ended === 0 ? null : (cpu * 1e6) / tally.ended);
  return {
    seconds,
    ordersPerSecond: tally.ended / seconds,
    messagesPerSecond: tally.messages / seconds,
    compensated: tally.ended === 0 ? 0 : tally.compensated / tally.ended,
    milliseconds: Object.fromEntries(spans.map((span) => [span, percentilesOf(tally.times[span])])) as Record<Span, Percentiles>,
    cpuPerOrder: { node: perOrder(spent.node), postgres: perOrder(spent.postgres), java: perOrder(spent.java) },
    processors: processorsBetween(began, over),
    services: [...tally.services]
      .map(([service, { batches, works, milliseconds }]) => ({
        service,
        batchesPerSecond: batches / seconds,
        size: works / batches,
        milliseconds: milliseconds / batches,
      }))
      .toSorted((a, b) => (a.service < b.service ? -1 : 1)),
  };
}

/** Of an even number the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Every order ended, said so, and holds together. */
export const isRight = ({ orders, targets, audit }: Pick<Result, 'orders' | 'targets' | 'audit'>): boolean =>
  orders.unfinished === 0 &&
  orders.untold === 0 &&
  (targets === null || targets.orders.unfinished === 0) &&
  (audit === null || audit.findings.length === 0);
