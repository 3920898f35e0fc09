/** What a coordinator asks, in order, on a flow's page. */
import { refusalsOf, successesOf } from '../../graph.ts';
import type { Flow, PlanStep } from '../../model.ts';
import { seatOf } from '../names.ts';
import { markdownTable } from '../text.ts';
import { linkTo } from './markdown.ts';

/** Empty for a choreographed flow. */
export function planSection(flow: Flow): readonly string[] {
  const { plan } = flow;
  if (!plan) return [];
  const rows = plan.groups
    .filter((group) => group.some((step) => step.says !== null))
    .flatMap((group, index) => group.map((step) => [String(index + 1), ...cells(step)]));
  const began = plan.groups[0]?.find((step) => step.says === null)?.undo;
  return [
    `## How it is coordinated

${seatOf(flow, plan.coordinator)} begins when it reads ${link(plan.begins)}, and asks these steps, one number after the other; what has the same number is asked at
once. When one refuses, or does not answer in time, everything that was asked is taken back, the last first. The pivot is the last step
that can refuse: after it, the order goes through.
${plan.cancel ? `Until the pivot is asked, ${link(plan.cancel)} takes everything back too.\n` : ''}${
  plan.later.length > 0 ? `${links(plan.later)} takes everything back whenever it comes.\n` : ''
}${began ? `What began the flow is taken back with ${link(began.says)}, last of all.\n` : ''}
${markdownTable(['', 'Asks', 'Goes on with', 'Is refused by', 'Takes back with', 'Kind'], rows)}`,
  ];
}

const cells = (step: PlanStep): readonly string[] => [
  step.says ? link(step.says) : '',
  links(successesOf(step)),
  links(refusalsOf(step)),
  step.undo ? link(step.undo.says) : '',
  step.kind,
];

const link = (key: string): string => linkTo({ key });
const links = (keys: readonly string[]): string => keys.map(link).join(', ');
