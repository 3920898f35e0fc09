/** The steps of an orchestrated flow: what can be taken back, the pivot, what cannot refuse. */
import type { Flow, Plan, PlanStep } from '../model.ts';
import type { Operation } from '../operation.ts';
import { list, type Problem, problem } from './problem.ts';

type Find = (name: string) => Operation | undefined;

export function checkSteps({ plan, rows }: Flow): readonly Problem[] {
  if (!plan) return [];
  const find: Find = (name) => rows.find((row) => row.does.name === name)?.does;
  return [
    ...plan.groups.flat().flatMap((step) => [...undo(step, find), ...refusesLate(plan, step, find)]),
    ...pivots(plan),
    ...shape(plan),
    ...silentEnd(plan, find),
    ...begins(plan),
  ];
}

function undo(step: PlanStep, find: Find): readonly Problem[] {
  const { of } = (step.undo && find(step.undo.step)) ?? {};
  if (step.undo && of !== step.step)
    return [problem('FLOW_UNDO_DIFFERS', step.step, `its undo is given as ${step.undo.step}, which takes back ${of ?? 'nothing'}`)];
  if (step.undo || find(step.step)?.kind !== 'do') return [];
  if (step.kind === 'pivot')
    return [
      problem(
        'FLOW_PIVOT_WITHOUT_UNDO',
        step.step,
        'it has no undo, and its outcome may stay unknown; give it .undo(operation, Command, Reply)',
      ),
    ];
  if (step.kind === 'compensatable')
    return [
      problem(
        'FLOW_STEP_WITHOUT_UNDO',
        step.step,
        'it changes something that nothing takes back when a later step refuses; give it .undo(operation, Command, Reply)',
      ),
    ];
  return [];
}

function refusesLate(plan: Plan, step: PlanStep, find: Find): readonly Problem[] {
  if (step.kind !== 'retriable') return [];
  const refusals = Object.entries(find(step.step)?.spec.outcomes ?? {}).flatMap(([outcome, { refuses }]) =>
    refuses ? [`"${outcome}"`] : [],
  );
  const pivot = plan.groups.flat().find((one) => one.kind === 'pivot');
  return refusals.length > 0
    ? [
        problem(
          'FLOW_REFUSES_AFTER_PIVOT',
          step.step,
          `it can refuse (${list(refusals)}) after the pivot ${pivot?.step}; put it before, or make it the pivot`,
        ),
      ]
    : [];
}

function pivots(plan: Plan): readonly Problem[] {
  const pivots = plan.groups.flatMap((group) => group.filter((step) => step.kind === 'pivot').map((step) => ({ step, group })));
  const [first, ...others] = pivots;
  if (first && others.length > 0)
    return [
      problem(
        'FLOW_PIVOTS',
        plan.flow,
        `it has several pivots, ${list(pivots.map(({ step }) => step.step))}; the last that can refuse is the one`,
      ),
    ];
  if (first && first.group.length > 1)
    return [problem('FLOW_PIVOTS', first.step.step, 'a pivot stands alone: beside it another step could refuse when it has succeeded')];
  return [];
}

/** One message must tell that the order has ended: the last to be answered, going forward and going back. */
function shape({ flow, groups }: Plan): readonly Problem[] {
  const last = groups.at(-1) ?? [];
  const first = groups.find((group) => group.some((step) => step.undo)) ?? [];
  if (groups.flat().every((step) => !step.says)) return [problem('FLOW_NO_END', flow, 'it has no steps, so no message ends it')];
  return [
    ...(last.length > 1
      ? [
          problem(
            'FLOW_NO_END',
            list(last.map((step) => step.step)),
            'several last steps at once: no one message says that the order is COMPLETED',
          ),
        ]
      : []),
    ...(first.length > 1
      ? [
          problem(
            'FLOW_NO_END',
            list(first.map((step) => step.step)),
            'several first steps at once: no one message says that the order is CANCELLED; the first step with an undo stands alone',
          ),
        ]
      : []),
  ];
}

/** An order that goes back says so by the undo of its first step: where nothing was asked that has one, nobody would hear of its end. */
function silentEnd(plan: Plan, find: Find): readonly Problem[] {
  const [first = []] = plan.groups;
  if (first.some((step) => step.undo || undo(step, find).length > 0)) return [];
  const mute = first.find((step) => step.says && step.kind !== 'retriable');
  const todo = 'put a step before it that has one';
  if (mute)
    return [
      problem('FLOW_NO_END', mute.step, `it is asked first and has no undo, so nothing says the end when it does not answer; ${todo}`),
    ];
  const early = plan.cancel ?? plan.later[0];
  if (!early || !first[0] || plan.groups.flat().some((step) => step.undo)) return [];
  return [problem('FLOW_NO_END', first[0].step, `no step has an undo, so nothing says the end after ${early}; ${todo}`)];
}

function begins(plan: Plan): readonly Problem[] {
  const [first] = plan.groups[0] ?? [];
  const successes = first && first.says === null ? Object.keys(first.answers) : null;
  if (!successes || successes.length === 1) return [];
  return [
    problem(
      'FLOW_BEGINNING',
      first?.step ?? plan.flow,
      `the coordinator begins with one message, and the beginning says ${list(successes) || 'none'} when it succeeds`,
    ),
  ];
}
