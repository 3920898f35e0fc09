/** What a message leads to in its flow: whose answers are to come, and by what it is known that they came or never will. */
import type { Flow, Row } from '@ensemble/flow';
import { isWish } from './own-rows.ts';

/** An operation that a message asks for, and that somebody waits for. */
export interface Lead {
  readonly operation: string;
  readonly participant: string;
  /** Once any of these was heard nobody waits for it: what it says, and what is said where it never will. Message keys. */
  readonly settledBy: readonly string[];
  /** Some outcome of it is silent: it may have been done, and nobody would know. */
  readonly mayBeSilent: boolean;
  /** It takes something back: after so many milliseconds without an answer a person is needed. Null: it does not, or the flow does not say. */
  readonly giveUp: number | null;
}

/** A lead that a message settles: which operation was asked for, and by which message (its key). */
export interface Settled {
  readonly operation: string;
  readonly by: string;
}

export interface Leading {
  readonly leads: readonly Lead[];
  readonly settles: readonly Settled[];
}

const known = new WeakMap<Flow, ReadonlyMap<string, Leading>>();
const nothing: Leading = { leads: [], settles: [] };

/** What a message leads to, and what it settles, whichever of the two is heard first. Worked out once a flow. */
export function leadingOf(flow: Flow, message: string): Leading {
  const before = known.get(flow);
  if (before) return before.get(message) ?? nothing;
  const all = worked(flow);
  known.set(flow, all);
  return all.get(message) ?? nothing;
}

function worked(flow: Flow): ReadonlyMap<string, Leading> {
  const keys = [...flow.messages.keys()];
  const leads = new Map(keys.map((key) => [key, leadsOf(flow, key)]));
  const all = keys.flatMap((by) => (leads.get(by) ?? []).map((lead) => ({ by, ...lead })));
  const settledBy = (key: string): readonly Settled[] =>
    all.filter((lead) => lead.settledBy.includes(key)).map(({ operation, by }) => ({ operation, by }));
  return new Map(keys.map((key) => [key, { leads: leads.get(key) ?? [], settles: settledBy(key) }]));
}

function leadsOf(flow: Flow, message: string): readonly Lead[] {
  const asked = flow.rows.filter(({ on, says }) => on.kind === 'message' && on.message.key === message && Object.keys(says).length > 0);
  return asked.map((row) => leadOf(flow, row));
}

function leadOf(flow: Flow, row: Row): Lead {
  const { name: operation, participant, kind, spec } = row.does;
  const deadline = flow.rows.find(({ on }) => on.kind === 'deadline')?.on;
  return {
    operation,
    participant,
    settledBy: [...new Set([...wordsOf(flow, (other) => other.does.name === operation), ...wordsInstead(flow, row)])],
    mayBeSilent: Object.keys(spec.outcomes).some((outcome) => !row.says[outcome]),
    giveUp: kind === 'undo' && deadline?.kind === 'deadline' ? deadline.giveUp : null,
  };
}

type Ends = (row: Row, outcome: string) => boolean;

const wordsOf = ({ rows }: Flow, says: Ends): readonly string[] =>
  rows.flatMap((row) => Object.entries(row.says).flatMap(([outcome, { key }]) => (says(row, outcome) ? [key] : [])));

/**
 * What is said where an operation may say nothing for ever, or nobody waits for it any more: a do that comes after its undo or was asked
 * to be taken back, what goes on from a do that was refused or taken back, and a wish to take back an order that is completed.
 */
function wordsInstead(flow: Flow, row: Row): readonly string[] {
  const { kind, name, of = name, participant } = row.does;
  const undos = flow.rows.filter((other) => other.does.kind === 'undo' && other.does.of === of && !isWish(flow, other));
  const undoing = undos.flatMap(({ on }) => (on.kind === 'message' ? [on.message.key] : []));
  const undone: Ends = ({ does }) => does.kind === 'undo' && does.of === of;
  const refused: Ends = ({ does }, outcome) => does.name === of && does.spec.outcomes[outcome]?.refuses === true;
  const completed: Ends = ({ does }, outcome) => does.participant === participant && does.spec.ends?.[outcome] === 'COMPLETED';
  return [
    ...(kind === 'do' || kind === 'then' ? [...undoing, ...wordsOf(flow, undone)] : []),
    ...(kind === 'then' ? wordsOf(flow, refused) : []),
    ...(isWish(flow, row) ? wordsOf(flow, completed) : []),
  ];
}
