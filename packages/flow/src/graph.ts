/** Who says and who reads each message of a flow, and what a message leads to. The coordinator is one more reader. */
import type { Flow, Plan, PlanStep, Row } from './model.ts';

export type Unplaced = Omit<Flow, 'places'>;

/** What says what the customer wants. */
export const gateway = 'gateway';

export const triggerOf = (row: Row): string | null => (row.on.kind === 'message' ? row.on.message.key : null);

const saysOf = (row: Row): readonly string[] => [...new Set(Object.values(row.says).map((message) => message.key))];

export const readBy = (flow: Unplaced, key: string): readonly Row[] => flow.rows.filter((row) => triggerOf(row) === key);

export const saidBy = (flow: Unplaced, key: string): readonly Row[] => flow.rows.filter((row) => saysOf(row).includes(key));

/** What the coordinator reads. */
function heardBy(plan: Plan): ReadonlySet<string> {
  const answers = plan.groups.flat().flatMap((step) => [...Object.keys(step.answers), ...(step.undo?.answers ?? [])]);
  return new Set([plan.begins, ...(plan.cancel ? [plan.cancel] : []), ...answers, ...plan.later]);
}

/** What the coordinator says. */
export const askedBy = (plan: Plan): ReadonlySet<string> =>
  new Set(plan.groups.flat().flatMap((step) => [...(step.says ? [step.says] : []), ...(step.undo ? [step.undo.says] : [])]));

export const readersOf = (flow: Unplaced, key: string): readonly string[] => [
  ...new Set([...(flow.plan && heardBy(flow.plan).has(key) ? [flow.plan.coordinator] : []), ...readBy(flow, key).map((row) => row.reader)]),
];

export const sayersOf = (flow: Unplaced, key: string): readonly string[] => [
  ...new Set([
    ...(key === flow.begins.key || key === flow.cancel?.key ? [gateway] : []),
    ...(flow.plan && askedBy(flow.plan).has(key) ? [flow.plan.coordinator] : []),
    ...saidBy(flow, key).map((row) => row.reader),
  ]),
];

export const successesOf = (step: PlanStep): readonly string[] => Object.keys(step.answers).filter((key) => !step.answers[key]?.refuses);
export const refusalsOf = (step: PlanStep): readonly string[] => Object.keys(step.answers).filter((key) => step.answers[key]?.refuses);

/** The steps of a plan that can be taken back, in the order in which that happens. */
const undosOf = (plan: Plan): readonly NonNullable<PlanStep['undo']>[] =>
  plan.groups
    .flat()
    .flatMap(({ undo }) => (undo ? [undo] : []))
    .toReversed();

/** Message → the messages that it may lead to at once. */
export function leadsTo(flow: Unplaced): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  const lead = (from: readonly string[], to: readonly string[]) => {
    for (const key of from) edges.set(key, new Set([...(edges.get(key) ?? []), ...to]));
  };
  for (const row of flow.rows) if (row.on.kind === 'message') lead([row.on.message.key], saysOf(row));
  if (!flow.plan) return edges;
  const { groups, begins, cancel, later } = flow.plan;
  const asks = groups.map((group) => group.flatMap((step) => (step.says ? [step.says] : []))).filter((keys) => keys.length > 0);
  const answered = groups.filter((group) => group.some((step) => step.says)).map((group) => group.flatMap(successesOf));
  lead([begins], asks[0] ?? []);
  answered.forEach((keys, index) => lead(keys, asks[index + 1] ?? []));
  const undos = undosOf(flow.plan);
  const refusals = groups.flat().flatMap(refusalsOf);
  lead(
    [...refusals, ...later, ...(cancel ? [cancel] : [])],
    undos.map((undo) => undo.says),
  );
  undos.forEach((undo, index) =>
    lead(
      undo.answers,
      undos.slice(index + 1).map((next) => next.says),
    ),
  );
  return edges;
}

/** The messages that these lead to in the end, themselves included; `through` says which messages are followed. */
export function reached(
  from: readonly string[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
  through: (key: string) => boolean = () => true,
): ReadonlySet<string> {
  const found = new Set<string>();
  const ahead = [...from];
  for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
    if (found.has(key) || !through(key)) continue;
    found.add(key);
    ahead.push(...(edges.get(key) ?? []));
  }
  return found;
}
