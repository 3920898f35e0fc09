/** After every failure all that may have been done is taken back. */
import { leadsTo, reached, triggerOf } from '../graph.ts';
import type { Flow, Plan, Row } from '../model.ts';
import { list, nameOf, type Problem, problem } from './problem.ts';

export const checkUndone = (flow: Flow): readonly Problem[] => (flow.plan ? coordinated(flow, flow.plan) : choreographed(flow));

const undoes = (row: Row, done: Row): boolean => row.does.kind === 'undo' && row.does.of === done.does.name;

/** The coordinator undoes its own steps; what others do on the way they have to undo themselves. */
function coordinated(flow: Flow, plan: Plan): readonly Problem[] {
  const steps = plan.groups.flat();
  return flow.rows
    .filter((row) => row.does.kind === 'do' && !flow.rows.some((other) => undoes(other, row)))
    .flatMap((row) => {
      const step = steps.find((one) => one.step === row.does.name);
      if (step && step.kind !== 'retriable') return [];
      if (plan.later.length > 0)
        return [
          problem('FLOW_NOT_UNDONE', nameOf(row), `${list(plan.later)} may come later and undoes everything, and nothing takes this back`),
        ];
      if (step || flow.places.get(triggerOf(row) ?? '')?.status === 'COMPLETED') return [];
      return [
        problem(
          'FLOW_NOT_UNDONE',
          nameOf(row),
          'the order may still be cancelled then, and nothing takes this back; add a row with its undo',
        ),
      ];
    });
}

function choreographed(flow: Flow): readonly Problem[] {
  const edges = leadsTo(flow);
  const dos = flow.rows.filter((row) => row.does.kind === 'do');
  /** What of `done` nothing takes back once these messages are said. */
  const left = (done: readonly Row[], says: readonly string[], by?: Row) => {
    const closure = reached(says, edges);
    const runs = flow.rows.filter((row) => row === by || closure.has(triggerOf(row) ?? ''));
    return done.filter((row) => !runs.some((other) => undoes(other, row))).map((row) => row.does.name);
  };
  const report = (at: string, why: string, names: readonly string[]) =>
    names.length > 0 ? [problem('FLOW_NOT_UNDONE', at, `after ${why} nothing takes back ${list(names)}; let a row run the undo`)] : [];

  const failures = flow.rows.flatMap((row) => {
    if (row.on.kind === 'deadline')
      return report(
        nameOf(row),
        'it',
        left(
          dos,
          Object.values(row.says).map((message) => message.key),
          row,
        ),
      );
    return Object.entries(row.says).flatMap(([outcome, { key, tone }]) => {
      const refuses = row.does.spec.outcomes[outcome]?.refuses ?? false;
      if (!refuses && !(row.on.kind === 'later' && tone === 'failure')) return [];
      return report(nameOf(row), key, left(refuses ? beside(flow, row) : dos, [key]));
    });
  });
  return [...failures, ...(flow.cancel ? report(flow.cancel.key, 'it', left(dos, [flow.cancel.key])) : [])];
}

/** What may have been done when this row's operation refuses: all that can happen without its success. */
function beside(flow: Flow, refusing: Row): readonly Row[] {
  const successes = Object.entries(refusing.says).flatMap(([outcome, message]) =>
    refusing.does.spec.outcomes[outcome]?.refuses ? [] : [message.key],
  );
  const open = reached([flow.begins.key], leadsTo(flow), (key) => !successes.includes(key));
  return flow.rows.filter((row) => row !== refusing && row.does.kind === 'do' && open.has(triggerOf(row) ?? ''));
}
