/** A flow with a coordinator: it asks, participants answer. Compiles to rows for them, and a plan for it. */
import { checked } from './check/check.ts';
import type { DocumentList } from './document.ts';
import { type Duration, milliseconds } from './duration.ts';
import type { Message } from './message.ts';
import type { Flow, Plan, PlanStep, Row, StepKind } from './model.ts';
import { orchestratedPlaces } from './places.ts';
import { byKey } from './said.ts';
import type { OrderStatus } from './status.ts';
import type { BeginningWithUndo, Step, StepData, Together } from './step.ts';
import { versionOf } from './version.ts';

export interface Deadlines {
  /** Until a step is asked again. */
  readonly within?: Duration;
  /** How often a step is asked before its outcome counts as unknown. */
  readonly attempts?: number;
  /** How long an undo is asked until a person is needed. */
  readonly giveUpAfter?: Duration;
}

export interface Orchestration {
  readonly name: string;
  /** What it is, to who meets it for the first time; drawn. */
  readonly about?: string;
  /** The service that coordinates. */
  readonly coordinator: string;
  /** The message the gateway says to the coordinator, or the participant where the flow begins. */
  readonly begins: Message | BeginningWithUndo;
  /** The message the gateway says when the customer cancels: `cancellation(topic)`. */
  readonly cancel?: Message;
  readonly steps: readonly (Step | Together)[];
  /** Who else listens, and what is said unasked. */
  readonly also?: readonly (readonly Row[])[];
  /** The document's words for the statuses. */
  readonly words?: Readonly<Partial<Record<OrderStatus, string>>>;
  /** The document's names for our participants. */
  readonly seats?: Readonly<Record<string, string>>;
  readonly deadlines?: Deadlines;
  /** The names that its document has: the flow's must be the same. */
  readonly document?: DocumentList;
}

/** Compiles and checks. Errors: the FLOW_ codes, all problems of the flow in one error. */
export function orchestrate(written: Orchestration): Flow {
  const begun = 'data' in written.begins ? written.begins.data : null;
  const groups = written.steps.map((one) => ('together' in one ? one.together : [one]).map((step) => step.data));
  const also = (written.also ?? []).flat();
  const steps = [...(begun ? [begun] : []), ...groups.flat()];
  const rows = [...steps.flatMap(forward), ...also, ...steps.toReversed().flatMap(backward)];
  const begins = begun ? begun.says : (written.begins as Message);
  const cancel = written.cancel ?? null;
  const plan = planOf(written, begun, groups, also);
  const version = versionOf(written.name, rows, plan);
  const messages = byKey({ begins, cancel, rows });
  const flow = {
    name: written.name,
    version,
    coordinator: written.coordinator,
    begins,
    cancel,
    rows,
    plan: { ...plan, version },
    watches: [],
    messages,
    seats: written.seats ?? {},
    words: written.words ?? {},
    about: written.about ?? '',
    document: written.document ?? null,
  };
  return checked({ ...flow, places: orchestratedPlaces(flow) });
}

const row = (does: Row['does'], message: Message, says: Row['says']): Row => ({
  reader: does.participant,
  on: { kind: 'message', message },
  does,
  says,
});
const forward = (step: StepData): readonly Row[] => [row(step.does, step.says, step.replies)];
const backward = ({ undo }: StepData): readonly Row[] => (undo ? [row(undo.does, undo.says, undo.replies)] : []);

const refuses = (step: StepData): boolean => Object.values(step.does.spec.outcomes).some((outcome) => outcome.refuses);

/** The pivot divides: before it steps can be taken back, after it they cannot refuse. Without one the last that can refuse divides. */
function kindOf(index: number, groups: readonly (readonly StepData[])[], step: StepData): StepKind {
  if (step.pivot) return 'pivot';
  const marked = groups.findLastIndex((group) => group.some((one) => one.pivot));
  const last = marked >= 0 ? marked : groups.findLastIndex((group) => group.some(refuses));
  return index <= last ? 'compensatable' : 'retriable';
}

function planOf(
  { name, coordinator, begins, cancel, deadlines = {} }: Orchestration,
  begun: StepData | null,
  groups: readonly (readonly StepData[])[],
  also: readonly Row[],
): Omit<Plan, 'version'> {
  const defaults = {
    within: milliseconds(deadlines.within ?? '5s'),
    attempts: deadlines.attempts ?? 5,
    giveUp: milliseconds(deadlines.giveUpAfter ?? '15m'),
  };
  const first = begun ? [{ ...planStep(begun, 'compensatable', defaults), says: null, answers: successes(begun) }] : [];
  const reply = begun && Object.keys(first[0]?.answers ?? {})[0];
  return {
    flow: name,
    coordinator,
    begins: begun ? (reply ?? '') : (begins as Message).key,
    cancel: cancel?.key ?? null,
    groups: [
      ...(begun ? [first] : []),
      ...groups.map((group, index) => group.map((step) => planStep(step, kindOf(index, groups, step), defaults))),
    ],
    later: also.flatMap((row) => (row.on.kind === 'later' ? Object.values(row.says).map((message) => message.key) : [])),
  };
}

interface Defaults {
  readonly within: number;
  readonly attempts: number;
  readonly giveUp: number;
}

function planStep(step: StepData, kind: StepKind, defaults: Defaults): PlanStep {
  const within = step.within ?? defaults.within;
  const { undo } = step;
  return {
    step: step.does.name,
    kind,
    says: step.says.key,
    answers: answers(step),
    undo: undo && {
      step: undo.does.name,
      says: undo.says.key,
      answers: [...new Set(Object.values(undo.replies).map((message) => message.key))],
      within,
      giveUp: step.giveUp ?? defaults.giveUp,
    },
    within,
    attempts: step.attempts ?? defaults.attempts,
  };
}

const answers = (step: StepData): PlanStep['answers'] =>
  Object.fromEntries(
    Object.entries(step.replies).map(([outcome, message]) => [
      message.key,
      { outcome, refuses: step.does.spec.outcomes[outcome]?.refuses ?? false },
    ]),
  );

/** The coordinator hears of a beginning only if it was not refused. */
const successes = (begun: StepData): PlanStep['answers'] =>
  Object.fromEntries(Object.entries(answers(begun)).filter(([, { refuses }]) => !refuses));
