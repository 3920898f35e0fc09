/** The interleavings of a whole flow: every participant's, and none of its operations left out. */
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Participant } from '@ensemble/engine';
import type { Flow, Line } from '@ensemble/flow';
import { interleavings, type Runs } from '../interleavings.ts';
import type { Interleaving } from './setting.ts';

export interface FlowInterleaving extends Pick<Interleaving, 'flow' | 'facts'> {
  /** With the rows that are there before. */
  readonly services: readonly Pick<Interleaving, 'participant' | 'rows'>[];
}

/** Declares the tests, with node:test. */
export function everyInterleaving({ flow, facts, services }: FlowInterleaving, runs?: Runs): void {
  for (const service of services) interleavings({ ...service, flow, facts }, runs);

  test('no operation of the flow is left out', () => {
    const there = new Set(services.flatMap(({ participant }) => namesOf(participant)));
    deepEqual(
      operationsIn(flow).filter((name) => !there.has(name)),
      [],
    );
  });
}

const namesOf = ({ operations }: Participant): readonly string[] => Object.values(operations).map(({ name }) => name);
const operationsIn = ({ rows }: Flow): readonly string[] => [...new Set(rows.map(({ does }) => does.name))];

export const line = (productId: string, quantity = 1): Line => ({ productId, quantity });

/** An order's facts: its lines, what they cost, and what whoever takes it may add. `more`: what this one has besides, or otherwise. */
export const placed = (lines: readonly Line[], total: number, more: Interleaving['facts'][number] = {}): Interleaving['facts'][number] => ({
  customerId: 'ada',
  lines,
  pricedLines: lines.map((each) => ({ ...each, name: each.productId, price: 100 })),
  total,
  currency: 'EUR',
  paymentId: 'pay-1',
  shipmentId: 'ship-1',
  reason: 'it was refused',
  ...more,
});
