import { flows, participants } from '@ensemble/server';
import { deepEqual, notDeepEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Simulation, simulate } from './simulate.ts';

const seeds = Array.from({ length: 8 }, (_, n) => n + 1);
const run = (seed: number): Promise<Simulation> => simulate(seed, { flows, participants, orders: 12 });

/** Before any test begins: within one the runner follows every promise, and that takes three times as long. */
const runs: Simulation[] = [];
for (const seed of [...seeds, 1]) runs.push(await run(seed));

describe('whatever goes wrong, and however much of it', () => {
  for (const [at, seed] of seeds.entries())
    test(`seed ${seed}: every order ends, and everything holds`, () => {
      deepEqual(runs[at]?.findings, []);
      deepEqual(new Set(Object.keys(runs[at]?.ended ?? {})).difference(new Set(['COMPLETED', 'CANCELLED'])), new Set());
    });

  test('orders end both ways, and what is late takes its time', () => {
    const sum = (end: string): number => runs.reduce((all, { ended }) => all + (ended[end] ?? 0), 0);
    ok(sum('COMPLETED') > 20 && sum('CANCELLED') > 20);
    ok(runs.some(({ passed }) => passed > 600_000));
  });

  test('the same seed is the same run, to the last message; another is another', () => {
    deepEqual(runs.at(-1), runs[0]);
    notDeepEqual(runs[1]?.said, runs[0]?.said);
  });
});
