/** The little machine of design §4: the same end, however often and in whatever order a do, its undo and what follows come. */
import type { Operation } from '@ensemble/flow';
import type { RecordState, StoredAnswer } from './participant.ts';
import type { Row } from './store.ts';

interface Saves {
  readonly rows?: Readonly<Record<string, readonly Row[]>> | undefined;
  readonly record?: Row | undefined;
}

export interface Decided extends Saves {
  readonly says: string;
  readonly adds?: Readonly<Record<string, unknown>> | undefined;
}

/** A decision that needs the outside world's word. */
export interface Asks extends Saves {
  readonly asks: Readonly<Record<string, unknown>>;
}

/** A decision that cannot be made yet. */
export interface NotYet {
  /** Why, in words. */
  readonly notYet: string;
  /** How it ends when it has waited for as long as it may. */
  readonly atLast?: Decided | undefined;
}

export interface Next {
  readonly state: RecordState;
  readonly by: Saves | Decided | null;
}

export interface RecordRow extends Row {
  readonly state: RecordState;
  readonly answers: Readonly<Record<string, StoredAnswer>>;
}

/** An answer, said for the first time or again. `next` is the record to save, absent when nothing changed. */
interface Answered {
  readonly kind: 'answer';
  readonly answer: StoredAnswer;
  readonly next?: Next;
}

export type Operated =
  | Answered
  /** Nothing is said before the word from outside has come. */
  | { readonly kind: 'asks'; readonly request: Readonly<Record<string, unknown>>; readonly next: Next }
  | { readonly kind: 'silent'; readonly next?: Next }
  /** What it needs is not there yet: nothing changes, and it is tried again; the last time it may have an end. */
  | { readonly kind: 'early'; readonly why: string; readonly atLast?: Answered };

const silent: Operated = { kind: 'silent' };

type Decide = () => Decided | Asks | NotYet;

export function operate(operation: Operation, record: RecordRow | undefined, now: number, decide: Decide): Operated {
  const stored = record?.answers[operation.verb];
  const answered = (state: RecordState, by: Decided): Answered => ({
    kind: 'answer',
    answer: { outcome: by.says, at: now, adds: by.adds ?? {} },
    next: { state, by },
  });
  const decidedAs = (state: (by: Decided) => RecordState, meanwhile: RecordState | null): Operated => {
    const by = decide();
    if ('notYet' in by) {
      if (meanwhile !== 'waiting') throw new Error(`${operation.name} puts off its decision, as only a do and a read may`);
      const { notYet: why, atLast } = by;
      return atLast ? { kind: 'early', why, atLast: answered(state(atLast), atLast) } : { kind: 'early', why };
    }
    if (!('asks' in by)) return answered(state(by), by);
    if (meanwhile === null) throw new Error(`${operation.name} asks outside, as only a do and an undo may`);
    return { kind: 'asks', request: by.asks, next: { state: meanwhile, by } };
  };
  const nothingToUndo = (state: RecordState): Operated => ({
    kind: 'answer',
    answer: { outcome: 'nothing', at: now, adds: {} },
    next: { state, by: null },
  });
  const repeat = (): Operated => (stored ? { kind: 'answer', answer: stored } : silent);

  switch (operation.kind) {
    case 'do':
    case 'read': {
      if (record) return record.state === 'done' || record.state === 'refused' ? repeat() : silent;
      return decidedAs(({ says }) => endOf(operation, says), 'waiting');
    }
    case 'undo':
      if (!record) return nothingToUndo('undone');
      if (stored) return repeat();
      if (record.state === 'refused' || record.state === 'undone') return nothingToUndo(record.state);
      if (record.state === 'waiting') return { kind: 'silent', next: { state: 'undoing', by: null } };
      return record.state === 'done' ? decidedAs(() => 'undone', 'undoing') : silent;
    case 'then':
      if (!record || record.state === 'waiting') return { kind: 'early', why: `${operation.name} came before ${operation.of} was done` };
      if (record.state !== 'done') return silent;
      return stored ? repeat() : decidedAs(() => 'done', null);
    case 'after':
      if (record?.state === 'refused') return silent;
      if (record?.state !== 'undone') return { kind: 'early', why: `${operation.name} came before ${operation.of} was undone` };
      return stored ? repeat() : decidedAs(() => 'undone', null);
    case 'project':
      break;
  }
  throw new Error(`${operation.name} is a projection: it has no record`);
}

const endOf = ({ spec }: Operation, outcome: string): RecordState => (spec.outcomes[outcome]?.refuses ? 'refused' : 'done');

/** What becomes of a record when the word on what a do or an undo asked outside has come. */
export interface Heard {
  readonly answer: StoredAnswer;
  readonly next: Next;
  /** Who asked for the undo meanwhile waits for an answer, and who asked for the do does not any more. */
  readonly undoes: boolean;
}

/** null: nobody waits for it any more, since the first word counts. */
export function hear(operation: Operation, record: RecordRow, word: Decided, now: number): Heard | null {
  const { verb, kind, of } = operation;
  if (record.answers[verb]) return null;
  const answer = { outcome: word.says, at: now, adds: word.adds ?? {} };
  if (kind === 'undo') {
    const isAsked = record.state === 'undoing' && of !== undefined && record.answers[of.slice(of.indexOf('.') + 1)] !== undefined;
    return isAsked ? { answer, next: { state: 'undone', by: word }, undoes: false } : null;
  }
  if (record.state !== 'waiting' && record.state !== 'undoing') return null;
  return { answer, next: { state: endOf(operation, word.says), by: word }, undoes: record.state === 'undoing' };
}
