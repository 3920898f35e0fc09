/** An operation where it stands in a flow: what asks for it, what it says, and what kind of step it is. */
import type { Flow, Operation, PlanStep, Row } from '@ensemble/flow';

export interface Site {
  readonly flow: Flow;
  readonly operation: Operation;
  /** Message keys; none where it is said unasked. */
  readonly asks: readonly string[];
  /** Message keys. */
  readonly says: readonly string[];
  /** What is said once it is undone; none where it has no undo. */
  readonly undone: readonly string[];
  /**
   * begins: what the gateway asks, before anyone coordinates · compensatable, pivot, retriable: a coordinator asks it · forward: it is on
   * the way to COMPLETED, and nobody coordinates · back: it is on the way back · listens: nobody waits for it.
   */
  readonly kind: 'begins' | 'compensatable' | 'pivot' | 'retriable' | 'forward' | 'back' | 'listens' | 'projects' | 'unasked';
  /** Whether anyone but a projection hears what it says. */
  readonly heard: boolean;
  /** Whether someone asks again when its answer does not come. */
  readonly answered: boolean;
}

const unique = (keys: readonly string[]): readonly string[] => [...new Set(keys)];

const asksOf = (rows: readonly Row[]): readonly string[] =>
  unique(rows.flatMap(({ on }) => (on.kind === 'message' ? [on.message.key] : [])));

export const saysOf = (rows: readonly Row[]): readonly string[] =>
  unique(rows.flatMap(({ says }) => Object.values(says).map(({ key }) => key)));

/** The outcome by which it refuses, if it can. */
export const refusalOf = ({ spec }: Operation): string | undefined =>
  Object.keys(spec.outcomes).find((outcome) => spec.outcomes[outcome]?.refuses);

export const sitesOf = (flow: Flow): readonly Site[] =>
  [...Map.groupBy(flow.rows, ({ does }) => does.name).values()].map((rows) => siteOf(flow, rows));

function siteOf(flow: Flow, rows: readonly Row[]): Site {
  const operation = (rows[0] as Row).does;
  const steps = flow.plan?.groups.flat() ?? [];
  const done = steps.find(({ step }) => step === operation.name);
  const undone = steps.find(({ undo }) => undo?.step === operation.name);
  const kind = kindOf(flow, rows, { done, undone });
  const says = saysOf(rows);
  const answers = undone ? (undone.undo?.answers ?? []) : Object.keys(done?.answers ?? {});
  return {
    flow,
    operation,
    asks: asksOf(rows),
    says,
    undone: saysOf(flow.rows.filter(({ does }) => does.kind === 'undo' && does.of === operation.name)),
    kind,
    heard: answers.length > 0 || readersOf(flow, says).length > 0 || says.some((key) => flow.plan?.later.includes(key)),
    answered: kind !== 'begins' && answers.length > 0,
  };
}

/** The rows that read one of these, but for projections. */
const readersOf = (flow: Flow, keys: readonly string[]): readonly Row[] =>
  flow.rows.filter(({ on, does }) => does.kind !== 'project' && on.kind === 'message' && keys.includes(on.message.key));

interface Step {
  readonly done: PlanStep | undefined;
  readonly undone: PlanStep | undefined;
}

function kindOf(flow: Flow, rows: readonly Row[], { done, undone }: Step): Site['kind'] {
  const kind = rows[0]?.does.kind;
  if (kind === 'project') return 'projects';
  if (done) return done.says === null ? 'begins' : done.kind;
  if (undone || kind === 'undo' || kind === 'after') return 'back';
  if (rows.every(({ on }) => on.kind === 'later')) return 'unasked';
  if (flow.plan) return 'listens';
  if (asksOf(rows).includes(flow.begins.key)) return 'begins';
  return isOnTheWay(flow, rows) ? 'forward' : 'listens';
}

/** Whether one of them ends the order well, or what they say leads to one that does. */
function isOnTheWay(flow: Flow, rows: readonly Row[]): boolean {
  const seen = new Set<Row>();
  const ahead = [...rows];
  for (let row = ahead.pop(); row !== undefined; row = ahead.pop()) {
    if (endsWell(row.does)) return true;
    if (!seen.has(row)) ahead.push(...readersOf(flow, saysOf([row])));
    seen.add(row);
  }
  return false;
}

export const endsWell = ({ spec }: Operation): boolean => Object.values(spec.ends ?? {}).includes('COMPLETED');
