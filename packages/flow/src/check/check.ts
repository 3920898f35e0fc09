/** What a flow is refused for when the process starts. The compiler has said before what TypeScript can say readably. */
import { EnsembleError } from '@ensemble/errors';
import type { DocumentList } from '../document.ts';
import type { Flow } from '../model.ts';
import { checkDocument } from './document.ts';
import { checkEnds } from './ends.ts';
import { checkFacts } from './facts.ts';
import { checkFactTypes } from './fact-types.ts';
import { checkMessages } from './messages.ts';
import { once, type Problem } from './problem.ts';
import { checkRows } from './rows.ts';
import { checkSteps } from './steps.ts';
import { checkUndone } from './undone.ts';

/** Every problem of a flow, the most basic first. */
export const problemsOf = (flow: Flow, document?: DocumentList): readonly Problem[] =>
  once([
    ...checkRows(flow),
    ...checkSteps(flow),
    ...checkMessages(flow),
    ...checkEnds(flow),
    ...checkUndone(flow),
    ...checkFactTypes(flow),
    ...checkFacts(flow),
    ...(document ? checkDocument(flow, document) : []),
  ]);

/** Gives the flow back if it holds together. Errors: the code of the first problem; all of them in its message and details. */
export function checked(flow: Flow): Flow {
  const problems = problemsOf(flow, flow.document ?? undefined);
  const [first] = problems;
  if (!first) return flow;
  const lines = problems.map(({ at, reason }) => `- ${at}: ${reason}`);
  throw new EnsembleError(first.code, [`The flow ${flow.name} does not hold together:`, ...lines].join('\n'), {
    flow: flow.name,
    problems,
  });
}
