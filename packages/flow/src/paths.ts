/** Every way an order can go through a flow, as the exact messages in causal order: what the tests assert and the drawings show. */
import { askedBy, readBy, refusalsOf, successesOf } from './graph.ts';
import type { Flow, Plan, PlanStep, Row } from './model.ts';

export interface Path {
  /** 'completed', `payment.charge declined`, `payment.charge unanswered`, 'cancelled by the customer', … */
  readonly name: string;
  /** Keys. */
  readonly messages: readonly string[];
}

export const paths = (flow: Flow): readonly Path[] => (flow.plan ? coordinated(flow, flow.plan) : choreographed(flow));

const refuses = (row: Row, outcome: string): boolean => row.does.spec.outcomes[outcome]?.refuses ?? false;
const refusalsIn = (row: Row): readonly string[] => Object.keys(row.says).filter((outcome) => refuses(row, outcome));
const success = (row: Row): string | undefined => Object.keys(row.does.spec.outcomes).find((outcome) => !refuses(row, outcome));

function coordinated(flow: Flow, plan: Plan): readonly Path[] {
  const groups = plan.groups.filter((group) => group.some((step) => step.says));
  const begun = plan.groups[0]?.find((step) => step.says === null);
  const beginning = flow.begins.key === plan.begins ? [plan.begins] : [flow.begins.key, plan.begins];
  const asks = (group: readonly PlanStep[]) => group.flatMap((step) => (step.says ? [step.says] : []));
  const wins = (group: readonly PlanStep[]) => group.flatMap((step) => successesOf(step).slice(0, 1));
  const through = (end: number) => [...beginning, ...groups.slice(0, end).flatMap((group) => [...asks(group), ...wins(group)])];
  const back = (end: number, without?: PlanStep, unanswered?: PlanStep) =>
    [...(begun ? [begun] : []), ...groups.slice(0, end).flat()]
      .filter((step) => step !== without)
      .toReversed()
      .flatMap((step) => undoing(flow, step, step === unanswered));
  const path = (name: string, ...messages: readonly string[]): Path => ({ name, messages: withListeners(flow, plan, messages) });

  const refusedAtOnce = begun
    ? readBy(flow, flow.begins.key).flatMap((row) =>
        refusalsIn(row).map((outcome) => path(`${row.does.name} ${outcome}`, flow.begins.key, row.says[outcome]?.key ?? '')),
      )
    : [];
  const refused = groups.flatMap((group, index) =>
    group.flatMap((step) => {
      const others = group.filter((other) => other !== step);
      return refusalsOf(step).map((key) =>
        path(
          `${step.step} ${step.answers[key]?.outcome}`,
          ...through(index),
          ...asks(group),
          ...wins(others),
          key,
          ...back(index + 1, step),
        ),
      );
    }),
  );
  const unanswered = groups.flatMap((group, index) =>
    group.flatMap((step) => {
      if (step.kind === 'retriable') return [];
      const others = group.filter((other) => other !== step);
      return [path(`${step.step} unanswered`, ...through(index), ...asks(group), ...wins(others), ...back(index + 1, undefined, step))];
    }),
  );
  const dividing = groups.findIndex((group) => group.some((step) => step.kind !== 'compensatable'));
  const last = dividing < 0 ? groups.length - 1 : dividing;
  const cancelled = plan.cancel ? [path('cancelled by the customer', ...through(last), plan.cancel, ...back(last))] : [];
  const later = plan.later.map((key) => path(`later ${key}`, ...through(groups.length), key, ...back(groups.length)));
  return [path('completed', ...through(groups.length)), ...refusedAtOnce, ...refused, ...unanswered, ...cancelled, ...later];
}

/** An undo's command and reply; of a step that did not answer nothing is found. */
function undoing(flow: Flow, { undo }: PlanStep, nothing: boolean): readonly string[] {
  if (!undo) return [];
  const row = readBy(flow, undo.says).find((one) => one.does.name === undo.step);
  const reply = row && (nothing ? row.says['nothing'] : row.says[success(row) ?? '']);
  return [undo.says, ...(reply ? [reply.key] : [])];
}

/** What listeners say stands right after what they heard. */
function withListeners(flow: Flow, plan: Plan, messages: readonly string[]): readonly string[] {
  const own = new Set([...askedBy(plan), flow.begins.key]);
  const hear = (key: string): readonly string[] =>
    own.has(key)
      ? [key]
      : [
          key,
          ...readBy(flow, key).flatMap((row) =>
            Object.entries(row.says).flatMap(([outcome, { key: said }]) => (outcome === success(row) ? hear(said) : [])),
          ),
        ];
  return [...new Set(messages.flatMap(hear))];
}

const keysSaid = (row: Row): readonly string[] => Object.values(row.says).map((message) => message.key);

function choreographed(flow: Flow): readonly Path[] {
  const refused = flow.rows.flatMap((row) =>
    refusalsIn(row).map((outcome) => ({
      name: `${row.does.name} ${outcome}`,
      messages: run(flow, [[flow.begins.key]], new Map([[row, outcome]])),
    })),
  );
  const unasked = flow.rows
    .filter(({ on }) => on.kind === 'later')
    .map((row) => ({ name: `later ${row.does.name}`, messages: run(flow, [[flow.begins.key], keysSaid(row)]) }));
  const clock = flow.rows.find(({ on }) => on.kind === 'deadline');
  const unanswered = flow.rows
    .filter(({ on, does }) => clock && does.kind === 'do' && on.kind === 'message' && on.message !== flow.begins)
    .map((row) => ({
      name: `${row.does.name} unanswered`,
      messages: run(flow, [[flow.begins.key], clock ? keysSaid(clock).slice(0, 1) : []], new Map([[row, 'unanswered']])),
    }));
  const cancelled = flow.cancel ? [{ name: 'cancelled by the customer', messages: cutOff(flow, [flow.cancel.key]) }] : [];
  return [{ name: 'completed', messages: run(flow, [[flow.begins.key]]) }, ...refused, ...unanswered, ...unasked, ...cancelled];
}

/**
 * Follows the rows from these messages, each wave to its end before the next. An operation succeeds unless told otherwise; an undo
 * finds what was done.
 */
function run(
  flow: Flow,
  waves: readonly (readonly string[])[],
  outcomes: ReadonlyMap<Row, string> = new Map(),
  deaf: ReadonlySet<string> = new Set(),
): readonly string[] {
  const said = new Set<string>();
  const done = new Set<string>();
  const answer = (row: Row): readonly string[] => {
    const outcome = outcomes.get(row) ?? (row.does.kind === 'undo' && !done.has(row.does.of ?? '') ? 'nothing' : success(row)) ?? '';
    if (row.does.kind === 'do' && outcome in row.does.spec.outcomes && !refuses(row, outcome)) done.add(row.does.name);
    return row.says[outcome] ? [row.says[outcome].key] : [];
  };
  const rank = (key: string): number => flow.places.get(key)?.rank ?? 0;
  return waves.flatMap((wave) => {
    const before = new Set(said);
    const ahead = [...wave];
    for (let key = ahead.shift(); key !== undefined; key = ahead.shift()) {
      if (said.has(key)) continue;
      said.add(key);
      if (!deaf.has(key)) ahead.push(...readBy(flow, key).flatMap(answer));
    }
    return [...said].filter((key) => !before.has(key)).toSorted((a, b) => rank(a) - rank(b));
  });
}

/** The order is begun, and before anyone has read of it, these are said. */
function cutOff(flow: Flow, says: readonly string[]): readonly string[] {
  const begun = readBy(flow, flow.begins.key).flatMap((row) => row.says[success(row) ?? '']?.key ?? []);
  return run(flow, [[flow.begins.key, ...says]], new Map(), new Set(begun));
}
