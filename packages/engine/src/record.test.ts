import { deepEqual, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { does, done, goesOn, projects, reads, refused, undoes } from '@ensemble/flow';
import { hear, type Operated, operate, type RecordRow } from './record.ts';
import type { RecordState, StoredAnswer } from './participant.ts';

const reserve = does('inventory.reserve', { outcomes: { reserved: done(), unavailable: refused() } });
const release = undoes(reserve, 'inventory.release', 'released');
const sell = goesOn(reserve, 'inventory.sell', { outcomes: { sold: done() } });
const restock = goesOn(release, 'inventory.restock', { outcomes: { restocked: done() } });
const giveBack = undoes(reserve, 'inventory.release', 'released', { asks: {} });
const check = reads('inventory.check', { outcomes: { there: done(), short: refused() } });

const answer = (outcome: string, at = 1): StoredAnswer => ({ outcome, at, adds: {} });
const record = (state: RecordState, answers: Readonly<Record<string, StoredAnswer>> = {}): RecordRow => ({ state, answers });
const now = 7;
const undecided = (): never => {
  throw new Error('nothing is decided here');
};
const says = (outcome: string) => () => ({ says: outcome });

const silent: Operated = { kind: 'silent' };
const repeats = (outcome: string): Operated => ({ kind: 'answer', answer: answer(outcome) });
const answers = (outcome: string, state: RecordState, adds = {}): Operated => ({
  kind: 'answer',
  answer: { outcome, at: now, adds },
  next: { state, by: { says: outcome } },
});
const nothingToUndo = (state: RecordState): Operated => ({
  kind: 'answer',
  answer: answer('nothing', now),
  next: { state, by: null },
});

describe('a do', () => {
  test('absent → done', () => deepEqual(operate(reserve, undefined, now, says('reserved')), answers('reserved', 'done')));
  test('absent → refused', () => deepEqual(operate(reserve, undefined, now, says('unavailable')), answers('unavailable', 'refused')));
  test('keeps what the outcome adds', () => {
    const decided = { says: 'reserved', adds: { shelf: 4 } };
    deepEqual(
      operate(reserve, undefined, now, () => decided),
      {
        kind: 'answer',
        answer: { outcome: 'reserved', at: now, adds: { shelf: 4 } },
        next: { state: 'done', by: decided },
      },
    );
  });
  test('again: its answer again, with the time of the first, and nothing is decided', () => {
    deepEqual(operate(reserve, record('done', { reserve: answer('reserved') }), now, undecided), repeats('reserved'));
  });
  test('again after a refusal: the refusal again, whatever it would decide now', () => {
    deepEqual(operate(reserve, record('refused', { reserve: answer('unavailable') }), now, undecided), repeats('unavailable'));
  });
  test('after a refusal that was undone: the refusal again', () => {
    const both = { reserve: answer('unavailable'), release: answer('nothing') };
    deepEqual(operate(reserve, record('refused', both), now, undecided), repeats('unavailable'));
  });
  test('after its undo: nothing, and nobody is told', () => {
    deepEqual(operate(reserve, record('undone', { release: answer('nothing') }), now, undecided), silent);
    deepEqual(operate(reserve, record('undone', { reserve: answer('reserved'), release: answer('released') }), now, undecided), silent);
    deepEqual(operate(reserve, record('undoing'), now, undecided), silent);
  });
  test('while the outside world is asked: nothing', () => deepEqual(operate(reserve, record('waiting'), now, undecided), silent));
});

describe('a read keeps its answer like a do', () => {
  test('absent → done', () => deepEqual(operate(check, undefined, now, says('there')), answers('there', 'done')));
  test('absent → refused', () => deepEqual(operate(check, undefined, now, says('short')), answers('short', 'refused')));
  test('again: its answer again', () =>
    deepEqual(operate(check, record('done', { check: answer('there') }), now, undecided), repeats('there')));
});

describe('an undo', () => {
  test('absent → undone: a tombstone, nothing to undo', () =>
    deepEqual(operate(release, undefined, now, undecided), nothingToUndo('undone')));
  test('done → undone', () => deepEqual(operate(release, record('done'), now, says('released')), answers('released', 'undone')));
  test('refused → refused: nothing to undo', () => {
    deepEqual(operate(release, record('refused', { reserve: answer('unavailable') }), now, undecided), nothingToUndo('refused'));
  });
  test('again: its answer again', () => {
    deepEqual(operate(release, record('undone', { release: answer('released') }), now, undecided), repeats('released'));
    deepEqual(operate(release, record('undone', { release: answer('nothing') }), now, undecided), repeats('nothing'));
    deepEqual(operate(release, record('refused', { release: answer('nothing') }), now, undecided), repeats('nothing'));
  });
  test('undone by another undo: nothing to undo, which it says and keeps', () => {
    deepEqual(operate(release, record('undone', { expire: answer('expired') }), now, undecided), nothingToUndo('undone'));
  });
  test('waiting → undoing: it says nothing until the word has come', () => {
    deepEqual(operate(release, record('waiting'), now, undecided), { kind: 'silent', next: { state: 'undoing', by: null } });
  });
  test('again while undoing: nothing', () => deepEqual(operate(release, record('undoing'), now, undecided), silent));
});

describe('what goes on from a do', () => {
  test('done → done, with an answer of its own', () => {
    deepEqual(operate(sell, record('done', { reserve: answer('reserved') }), now, says('sold')), answers('sold', 'done'));
  });
  test('again: its answer again', () =>
    deepEqual(operate(sell, record('done', { sell: answer('sold') }), now, undecided), repeats('sold')));
  test('before the do: early, it waits aside', () => {
    const early: Operated = { kind: 'early', why: 'inventory.sell came before inventory.reserve was done' };
    deepEqual(operate(sell, undefined, now, undecided), early);
    deepEqual(operate(sell, record('waiting'), now, undecided), early);
  });
  test('after the undo, or a refusal: nothing', () => {
    for (const state of ['undone', 'undoing', 'refused'] as const) deepEqual(operate(sell, record(state), now, undecided), silent);
    deepEqual(operate(sell, record('undone', { sell: answer('sold') }), now, undecided), silent);
  });
});

describe('what goes on from an undo', () => {
  test('undone → undone, with an answer of its own; after a tombstone too', () => {
    for (const outcome of ['released', 'nothing'])
      deepEqual(operate(restock, record('undone', { release: answer(outcome) }), now, says('restocked')), answers('restocked', 'undone'));
  });
  test('again: its answer again', () =>
    deepEqual(operate(restock, record('undone', { restock: answer('restocked') }), now, undecided), repeats('restocked')));
  test('before the undo: early, it waits aside', () => {
    const early: Operated = { kind: 'early', why: 'inventory.restock came before inventory.reserve was undone' };
    for (const before of [undefined, record('done'), record('waiting'), record('undoing')])
      deepEqual(operate(restock, before, now, undecided), early);
  });
  test('after a refusal: nothing was done, so nothing is taken back', () =>
    deepEqual(operate(restock, record('refused', { release: answer('nothing') }), now, undecided), silent));
});

describe('a decision that is put off', () => {
  const notYet = () => ({ notYet: 'nobody knows the shelf' });
  const early: Operated = { kind: 'early', why: 'nobody knows the shelf' };

  test('leaves a do or a read as it was: it waits aside', () => {
    deepEqual(operate(reserve, undefined, now, notYet), early);
    deepEqual(operate(check, undefined, now, notYet), early);
  });
  test('says how it ends at last, in the state that this outcome is', () => {
    const lastly = (outcome: string) => () => ({ notYet: 'nobody knows the shelf', atLast: { says: outcome } });
    for (const [outcome, state] of [
      ['unavailable', 'refused'],
      ['reserved', 'done'],
    ] as const)
      deepEqual(operate(reserve, undefined, now, lastly(outcome)), { ...early, atLast: answers(outcome, state) });
  });
  test('is not made once there is an answer, or the order is taken back', () => {
    deepEqual(operate(reserve, record('done', { reserve: answer('reserved') }), now, notYet), repeats('reserved'));
    deepEqual(operate(reserve, record('undone', { release: answer('nothing') }), now, notYet), silent);
  });
  test('is none of an undo, nor of what follows a do', () => {
    for (const operation of [release, sell]) throws(() => operate(operation, record('done'), now, notYet), /puts off its decision/);
    throws(() => operate(restock, record('undone'), now, notYet), /puts off its decision/);
  });
});

describe('what asks the outside world', () => {
  const asks = { asks: { shelf: 4 }, record: { amount: 3 } };
  const asking = (state: RecordState): Operated => ({ kind: 'asks', request: { shelf: 4 }, next: { state, by: asks } });
  test('a do: absent → waiting', () =>
    deepEqual(
      operate(reserve, undefined, now, () => asks),
      asking('waiting'),
    ));
  test('an undo: done → undoing', () =>
    deepEqual(
      operate(giveBack, record('done', { reserve: answer('reserved') }), now, () => asks),
      asking('undoing'),
    ));
  test('nothing else may', () => {
    throws(() => operate(sell, record('done'), now, () => asks), /inventory.sell asks outside/);
  });
});

describe("the outside world's word", () => {
  const word = (says: string) => ({ says, adds: { shelf: 4 }, record: { amount: 3 } });
  const heard = (outcome: string, state: RecordState, undoes = false) => ({
    answer: { outcome, at: now, adds: { shelf: 4 } },
    next: { state, by: word(outcome) },
    undoes,
  });
  const asked = { reserve: answer('reserved') };
  test('waiting → done', () => deepEqual(hear(reserve, record('waiting'), word('reserved'), now), heard('reserved', 'done')));
  test('waiting → refused', () => deepEqual(hear(reserve, record('waiting'), word('unavailable'), now), heard('unavailable', 'refused')));
  test('undoing, success → done, and undone in turn', () =>
    deepEqual(hear(reserve, record('undoing'), word('reserved'), now), heard('reserved', 'done', true)));
  test('undoing, refusal → refused, and there was nothing to undo', () => {
    deepEqual(hear(reserve, record('undoing'), word('unavailable'), now), heard('unavailable', 'refused', true));
    deepEqual(operate(release, record('refused', { reserve: answer('unavailable') }), now, undecided), nothingToUndo('refused'));
  });
  test('on an undo that asked: undoing → undone', () =>
    deepEqual(hear(giveBack, record('undoing', asked), word('released'), now), heard('released', 'undone')));
  test('later ones, and those that nobody asked for: nothing', () => {
    deepEqual(hear(reserve, record('undoing', asked), word('unavailable'), now), null);
    deepEqual(hear(giveBack, record('undoing'), word('released'), now), null);
    deepEqual(hear(giveBack, record('undone', { ...asked, release: answer('released') }), word('released'), now), null);
    for (const state of ['done', 'refused', 'undone'] as const) deepEqual(hear(reserve, record(state), word('reserved'), now), null);
    for (const state of ['done', 'refused', 'waiting'] as const) deepEqual(hear(giveBack, record(state), word('released'), now), null);
  });
});

test('a projection has no record', () => {
  throws(() => operate(projects('history.record'), undefined, now, undecided), /history.record is a projection/);
});
