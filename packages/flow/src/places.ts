/** How each message stands in its flow: a projection sorts by rank, whatever arrived first, and shows the status of the highest. */
import type { Flow, Place, PlanStep, Row } from './model.ts';
import type { OrderStatus } from './status.ts';

type Unplaced = Omit<Flow, 'places'>;

/** Ranks in the order of entry; the first word about a message counts. */
class Placing {
  readonly places = new Map<string, Place>();
  readonly #rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /** A message, and right after it what listeners that nobody asked say about it. */
  put(key: string, status: OrderStatus, listens: (row: Row) => boolean = () => false): void {
    if (this.places.has(key)) return;
    this.places.set(key, { rank: this.places.size, status });
    for (const row of this.#rows)
      if (listens(row) && row.on.kind === 'message' && row.on.message.key === key)
        for (const message of Object.values(row.says)) this.put(message.key, status, listens);
  }
}

/**
 * Forward: command, success, refusal, step by step; then the customer's cancel, and what comes later; then the undos, last step first.
 * The cancel changes no status by itself, since it may come too late.
 */
export function orchestratedPlaces({ plan, rows, begins, cancel }: Unplaced): ReadonlyMap<string, Place> {
  const placing = new Placing(rows);
  if (!plan) return placing.places;
  const asked = new Set(plan.groups.flat().flatMap(({ step, undo }) => (undo ? [step, undo.step] : [step])));
  const put = (key: string, status: OrderStatus) => placing.put(key, status, (row) => !asked.has(row.does.name));
  put(begins.key, 'RUNNING');
  const atTheEnd = new Set(plan.groups.flat().flatMap(({ undo }) => (undo ? [undo.says, ...undo.answers] : [])));
  for (const row of rows)
    if (row.on.kind === 'message' && row.on.message.key === begins.key && asked.has(row.does.name))
      for (const [outcome, message] of Object.entries(row.says)) {
        const refuses = row.does.spec.outcomes[outcome]?.refuses ?? false;
        if (!refuses || !atTheEnd.has(message.key)) put(message.key, refuses ? 'CANCELLED' : 'RUNNING');
      }
  plan.groups.forEach((group, index) => {
    const last = index === plan.groups.length - 1;
    for (const step of group) if (step.says) put(step.says, last && silentStep(step) ? 'COMPLETED' : 'RUNNING');
    for (const refuses of [false, true])
      for (const step of group) {
        const undoable = plan.groups
          .slice(0, index + 1)
          .flat()
          .some((one) => one.undo && one !== step);
        const status = refuses ? (undoable ? 'CANCELLING' : 'CANCELLED') : last ? 'COMPLETED' : 'RUNNING';
        for (const [key, answer] of Object.entries(step.answers)) if (answer.refuses === refuses) put(key, status);
      }
  });
  if (cancel) put(cancel.key, 'RUNNING');
  for (const key of plan.later) put(key, 'CANCELLING');
  const undos = plan.groups
    .flat()
    .flatMap(({ undo }) => (undo ? [undo] : []))
    .toReversed();
  undos.forEach((undo, index) => {
    const last = index === undos.length - 1;
    put(undo.says, last && undo.answers.length === 0 ? 'CANCELLED' : 'CANCELLING');
    for (const key of undo.answers) put(key, last ? 'CANCELLED' : 'CANCELLING');
  });
  return placing.places;
}

const silentStep = (step: PlanStep): boolean => Object.keys(step.answers).length === 0;

/** In the order in which they can be said first, the order of the rows where that leaves a choice. */
export function choreographedPlaces({ rows, begins, cancel }: Unplaced): ReadonlyMap<string, Place> {
  const placing = new Placing(rows);
  placing.put(begins.key, 'RUNNING');
  if (cancel) placing.put(cancel.key, 'RUNNING');
  const waiting = [...new Set(rows.flatMap((row) => Object.values(row.says).map((message) => message.key)))];
  const ready = (key: string) =>
    rows.every((row) => !saysKey(row, key) || row.on.kind !== 'message' || placing.places.has(row.on.message.key));
  while (waiting.length > 0) {
    const next = Math.max(waiting.findIndex(ready), 0);
    for (const key of waiting.splice(next, 1)) placing.put(key, statusOf(key, rows));
  }
  return placing.places;
}

const saysKey = (row: Row, key: string): boolean => Object.values(row.says).some((message) => message.key === key);

/** What the operation that says it, or the only outcome of one that reads it in silence, ends; else a failure begins the way back. */
function statusOf(key: string, rows: readonly Row[]): OrderStatus {
  for (const row of rows)
    for (const [outcome, message] of Object.entries(row.says)) {
      const ends = row.does.spec.ends?.[outcome];
      if (message.key === key && ends) return ends;
    }
  for (const row of rows)
    if (row.on.kind === 'message' && row.on.message.key === key && Object.keys(row.says).length === 0) {
      const [ends, ...others] = Object.keys(row.does.spec.outcomes).map((outcome) => row.does.spec.ends?.[outcome]);
      if (ends && others.length === 0) return ends;
    }
  const tones = rows.flatMap((row) => Object.values(row.says)).filter((message) => message.key === key);
  return tones.some((message) => message.tone !== 'domain') ? 'CANCELLING' : 'RUNNING';
}
