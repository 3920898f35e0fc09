/** Every path ends, and what was held for an order that is COMPLETED is settled. */
import { leadsTo, reached, successesOf, triggerOf } from '../graph.ts';
import type { Flow, Row } from '../model.ts';
import type { OrderStatus } from '../status.ts';
import { list, nameOf, type Problem, problem } from './problem.ts';

export const checkEnds = (flow: Flow): readonly Problem[] => [...(flow.plan ? [] : ends(flow)), ...settled(flow)];

/** A plan ends by its shape (see steps.ts); rows have to lead to an operation that `ends` the order. */
function ends(flow: Flow): readonly Problem[] {
  const { places } = flow;
  const keysOf = (status: OrderStatus) => [...places].filter(([, place]) => place.status === status).map(([key]) => key);
  if (keysOf('COMPLETED').length === 0)
    return [problem('FLOW_NO_END', flow.name, 'no message ends it COMPLETED; an operation says which of its outcomes do, by `ends`')];
  const edges = leadsTo(flow);
  const lost = (keys: readonly string[], ...ends: readonly OrderStatus[]) =>
    keys.filter((key) => ![...reached([key], edges)].some((next) => ends.includes(places.get(next)?.status ?? 'RUNNING')));
  const openly = lost(keysOf('RUNNING'), 'COMPLETED', 'CANCELLED');
  const backwards = lost(keysOf('CANCELLING'), 'CANCELLED');
  return [
    ...(openly.length > 0 ? [problem('FLOW_NO_END', list(openly), 'leads to no message that ends the order')] : []),
    ...(backwards.length > 0 ? [problem('FLOW_NO_END', list(backwards), 'leads to no message that ends the order CANCELLED')] : []),
  ];
}

const settled = (flow: Flow): readonly Problem[] =>
  flow.rows
    .filter((row) => row.does.spec.holds)
    .flatMap((held) => {
      const settles = flow.rows.filter((row) => row.does.of === held.does.name && row.does.spec.settles);
      const open = flow.plan ? (isAhead(flow, settles) ? [] : ['COMPLETED']) : unsettled(flow, settles);
      return open.length > 0
        ? [
            problem(
              'FLOW_NOT_SETTLED',
              nameOf(held),
              `what it holds is still held when the order is ${list(open)}; let a row on that path run the operation that settles it`,
            ),
          ]
        : [];
    });

/** Whether one of the rows runs when every step succeeds. */
function isAhead(flow: Flow, settles: readonly Row[]): boolean {
  const { plan, rows } = flow;
  if (!plan) return false;
  const listens = new Map(
    rows.flatMap((row) => (row.on.kind === 'message' && !refusesAll(row) ? [[row.on.message.key, new Set(said(row))] as const] : [])),
  );
  const steps = plan.groups.flat();
  const ahead = reached([plan.begins, ...steps.flatMap((step) => [...(step.says ? [step.says] : []), ...successesOf(step)])], listens);
  return settles.some((row) => ahead.has(triggerOf(row) ?? ''));
}

const said = (row: Row): readonly string[] =>
  Object.entries(row.says).flatMap(([outcome, message]) => (row.does.spec.outcomes[outcome]?.refuses ? [] : [message.key]));
const refusesAll = (row: Row): boolean => said(row).length === 0;

/** The messages that complete the order and have no settling row before, at or after them. */
function unsettled(flow: Flow, settles: readonly Row[]): readonly string[] {
  const edges = leadsTo(flow);
  return [...flow.places]
    .filter(([, { status }]) => status === 'COMPLETED')
    .map(([key]) => key)
    .filter((key) => {
      const after = reached([key], edges);
      return !settles.some((row) => {
        const trigger = triggerOf(row) ?? '';
        return after.has(trigger) || reached([trigger], edges).has(key);
      });
    })
    .map((key) => `COMPLETED by ${key}`);
}
