import { type Flow, paths } from '@ensemble/flow';
import { flows, participants } from '@ensemble/server';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Outcome } from './cell.ts';
import { expected, shown } from './expected.ts';
import { type Cell, cellsOf, type Line, runLine } from './matrix.ts';
import { fillable } from './order.ts';
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
  equal(outcome.before && shown(outcome.before), rule.before);
  const { path, messages } = outcome.course;
  const drawn = rule.path === path ? messages : paths(site.flow).find(({ name }) => name === rule.path)?.messages;
  if (rule.path !== null) deepEqual(new Set(outcome.said.keys()), new Set(drawn));
  const { held, sold, charged, refunded, parcels } = outcome.sums;
  const kept = charged - refunded;
  if (rule.state === 'CANCELLED') deepEqual({ held, sold, kept, parcels }, { held: 0, sold: 0, kept: 0, parcels: 0 });
  if (rule.state === 'COMPLETED') deepEqual({ held, sold, kept }, { held: 0, sold: fillable.lines[0]?.quantity, kept: 15_800 });
  // Word of what was given up that never comes is the one thing an end may lack: the audit says so.
  const unheard = site.operation.spec.unasked === true && failure.name === 'never';
  const findings = outcome.findings.filter((finding) => !(unheard && finding.endsWith('its parcel was given up')));
  if (rule.state === 'CANCELLED' || rule.state === 'COMPLETED') deepEqual([findings, outcome.state.dead], [[], []]);
  else ok(outcome.findings.length > 0, 'nothing is found, and the order has not ended');
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
