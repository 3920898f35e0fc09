/** The little machine of design §4: the same end, however often and in whatever order a do, its undo and what follows come. */
import type { Operation } from '@ensemble/flow';
import type { RecordState, StoredAnswer } from './participant.ts';
import type { Row } from './store.ts';

export interface Decided {
  readonly says: string;
  readonly adds?: Readonly<Record<string, unknown>> | undefined;
  readonly rows?: Readonly<Record<string, readonly Row[]>> | undefined;
  readonly record?: Row | undefined;
}

export interface RecordRow extends Row {
  readonly state: RecordState;
  readonly answers: Readonly<Record<string, StoredAnswer>>;
}

export type Operated =
  /** An answer, said for the first time or again. `next` is the record to save, absent when nothing changed. */
  | { readonly kind: 'answer'; readonly answer: StoredAnswer; readonly next?: { readonly state: RecordState; readonly by: Decided | null } }
  | { readonly kind: 'silent'; readonly next?: { readonly state: RecordState; readonly by: null } }
  | { readonly kind: 'early'; readonly why: string };

const silent: Operated = { kind: 'silent' };

export function operate(operation: Operation, record: RecordRow | undefined, now: number, decide: () => Decided): Operated {
  const stored = record?.answers[operation.verb];
  const answered = (state: RecordState, by: Decided): Operated => ({
    kind: 'answer',
    answer: { outcome: by.says, at: now, adds: by.adds ?? {} },
    next: { state, by },
  });
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
      const decided = decide();
      return answered(operation.spec.outcomes[decided.says]?.refuses ? 'refused' : 'done', decided);
    }
    case 'undo':
      if (!record) return nothingToUndo('undone');
      if (stored) return repeat();
      if (record.state === 'refused' || record.state === 'undone') return nothingToUndo(record.state);
      if (record.state === 'waiting') return { kind: 'silent', next: { state: 'undoing', by: null } };
      return record.state === 'done' ? answered('undone', decide()) : silent;
    case 'then':
      if (!record || record.state === 'waiting') return { kind: 'early', why: `${operation.name} came before ${operation.of} was done` };
      if (record.state !== 'done') return silent;
      return stored ? repeat() : answered('done', decide());
    case 'after':
      if (record?.state === 'refused') return silent;
      if (record?.state !== 'undone') return { kind: 'early', why: `${operation.name} came before ${operation.of} was undone` };
      return stored ? repeat() : answered('undone', decide());
    case 'project':
      break;
  }
  throw new Error(`${operation.name} is a projection: it has no record`);
}
