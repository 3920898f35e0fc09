/** Every flow, every operation in it, every failure: the lines of docs/failures.md. */
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { type Outcome, runCell } from './cell.ts';
import { type Failure, failures } from './failures.ts';
import { outsideFailures } from './outside-failures.ts';
import { head, headingOf, lineOf, senselessLine } from './page.ts';
import { type Site, sitesOf } from './site.ts';

export interface Cell {
  readonly site: Site;
  readonly failure: Failure;
  /** Why the failure makes no sense there; null: it does. */
  readonly senseless: string | null;
}

export const cellsOf = (site: Site): readonly Cell[] =>
  [...failures, ...(site.operation.spec.asks ? outsideFailures : [])].map((failure) => ({
    site,
    failure,
    senseless: failure.senseless(site),
  }));

export async function runLine({ site, failure, senseless }: Cell, participants: readonly Participant[]): Promise<Line> {
  if (senseless !== null) return { line: senselessLine(failure, senseless), outcome: null };
  const outcome = await runCell(site, failure, participants).catch((cause: unknown) => {
    throw new Error(`${site.flow.name}, ${site.operation.name} ${failure.name}`, { cause });
  });
  return { line: lineOf(site, failure, outcome), outcome };
}

export interface Line {
  readonly line: string;
  readonly outcome: Outcome | null;
}

/** Markdown. */
export async function page(flows: readonly Flow[], participants: readonly Participant[]): Promise<string> {
  const parts: string[] = [head];
  for (const flow of flows) {
    parts.push(`## ${flow.name}\n`);
    for (const site of sitesOf(flow)) {
      parts.push(headingOf(site));
      for (const cell of cellsOf(site)) parts.push((await runLine(cell, participants)).line);
      parts.push('');
    }
  }
  return parts.join('\n');
}
