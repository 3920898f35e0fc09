import type { Flow } from '@ensemble/flow';
import { flows, participants } from '@ensemble/server';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Outcome, Stage } from './cell.ts';
import { drawn } from './course.ts';
import { expected, shown } from './expected.ts';
import { type Left, leftAt } from './left.ts';
import { type Cell, cellsOf, type Line, runLine } from './matrix.ts';
import { head, headingOf } from './page.ts';
import { sitesOf } from './site.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'failures.md'), 'utf8');

/** The lines under an operation's heading. */
const linesUnder = (heading: string): readonly string[] => {
  const [, after = ''] = page.split(`${heading}\n`);
  return after.split('\n\n', 1)[0]?.trimEnd().split('\n') ?? [];
};

/** What the design says, derived without a run. */
function isAsDesigned({ site, failure }: Cell, outcome: Outcome): void {
  const rule = expected(site, failure, outcome.course);
  equal(shown(outcome.state), rule.state);
  equal(outcome.before && shown(outcome.before.state), rule.before);
  const { path, messages } = outcome.course;
  const ruled = rule.path === path ? messages : drawn(site.flow).get(rule.path ?? '');
  if (rule.path !== null) deepEqual(new Set(outcome.said.keys()), new Set(ruled));
  isLeft(leftAt({ site, failure, course: outcome.course, state: rule.state, isOver: true }), outcome);
  if (rule.before !== null && outcome.before)
    isLeft(leftAt({ site, failure, course: outcome.course, state: rule.before, isOver: false }), outcome.before);
  deepEqual([outcome.wrong, outcome.before?.wrong ?? []], [[], []]);
  if (rule.state === 'CANCELLED' || rule.state === 'COMPLETED') deepEqual([outcome.lacks, outcome.state.dead], [[], []]);
  else ok(outcome.lacks.length > 0, 'nothing is found, and the order has not ended');
}

/** Not a piece, not a cent and no parcel more or less than the rules say, whether or not the order has ended; and a person is told why. */
function isLeft(left: Left, { sums, state, needs }: Stage): void {
  const { held, sold, charged, refunded, parcels } = sums;
  deepEqual({ held, sold, kept: charged - refunded, parcels }, left);
  if (state.status !== 'COMPLETED' && state.status !== 'CANCELLED') ok(needs.length + state.dead.length > 0, 'nobody knows what it needs');
}

interface Ran {
  readonly cell: Cell;
  readonly ran: PromiseSettledResult<Line>;
}

/** Before any test begins: within one the runner follows every promise, and that takes three times as long. */
async function ranOf(flow: Flow): Promise<readonly Ran[]> {
  const all: Ran[] = [];
  for (const cell of sitesOf(flow).flatMap(cellsOf)) {
    const [ran] = await Promise.allSettled([runLine(cell, participants)]);
    all.push({ cell, ran });
  }
  return all;
}

const matrix = new Map<Flow, readonly Ran[]>();
for (const flow of flows) matrix.set(flow, await ranOf(flow));

for (const [flow, cells] of matrix)
  describe(`${flow.name}, whatever goes wrong`, () => {
    for (const [{ operation }, all] of Map.groupBy(cells, ({ cell }) => cell.site))
      describe(operation.name, () => {
        for (const { cell, ran } of all)
          test(cell.failure.name, () => {
            if (ran.status === 'rejected') throw ran.reason;
            const { line, outcome } = ran.value;
            if (outcome) isAsDesigned(cell, outcome);
            const there = linesUnder(headingOf(cell.site));
            ok(there.includes(line), `not in docs/failures.md. Look why, then: npm run simulate -- --write\n${line}`);
          });
      });
  });

test('the page has every operation of every flow, no other, and no empty cell', () => {
  ok(page.startsWith(head));
  const sites = flows.flatMap(sitesOf);
  deepEqual(
    page.split('\n').filter((line) => line.startsWith('### ')),
    sites.map((site) => headingOf(site).split('\n')[0]),
  );
  for (const site of sites)
    deepEqual(
      linesUnder(headingOf(site)).map((line) => line.split(' | ')[0]),
      cellsOf(site).map(({ failure }) => `| ${failure.name}`),
    );
});
