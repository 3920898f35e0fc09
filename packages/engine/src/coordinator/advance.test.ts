import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beginning, begun, last, orderId, pivot, plan, played, shop, step, told, within } from '../../fixtures/plans.ts';
import { advance } from './advance.ts';

describe('a saga goes forward', () => {
  test('step by step, each asked when the one before has answered', () => {
    const saga = played(shop);
    deepEqual(saga.begins(), ['A']);
    deepEqual(saga.hears('A-done'), ['B']);
    deepEqual(saga.hears('B-done'), ['C']);
    deepEqual(saga.hears('C-done'), ['P']);
    deepEqual(saga.hears('P-done'), ['Z']);
    equal(saga.saga.state, 'RUNNING');
    deepEqual(saga.hears('Z-done'), []);
    deepEqual(
      { ...saga.saga, asks: saga.stands() },
      {
        orderId,
        flow: 'a-flow',
        version: 'v1',
        state: 'COMPLETED',
        facts: { orderId },
        begun: true,
        cancelRequested: false,
        asks: {
          a: 'answered',
          b: 'answered',
          c: 'answered',
          p: 'answered',
          z: 'answered',
        },
        flagged: false,
        reason: null,
        open: false,
        dueAt: null,
        createdAt: 1_000_000,
        updatedAt: 1_000_000,
      },
    );
  });

  test('with a deadline for every ask', () => {
    const saga = begun(shop);
    deepEqual(saga.saga.asks['a'], { do: { attempts: 1, since: 1_000_000, due: 1_000_000 + within } });
    deepEqual([saga.saga.open, saga.saga.dueAt], [true, 1_000_000 + within]);
    saga.later(700).hears('A-done');
    deepEqual(saga.saga.asks['a'], { do: 'answered' });
    equal(saga.saga.dueAt, 1_000_700 + within);
  });

  test('and knows what it was told', () => {
    const saga = played(shop);
    saga.begins({ orderId, lines: 1 });
    saga.hears('A-done', { orderId, lines: 1, total: 5 });
    deepEqual(saga.saga.facts, { orderId, lines: 1, total: 5 });
  });

  test('steps of one group are asked together, and joined', () => {
    const saga = played(plan([step('a'), step('b')], pivot('p')));
    deepEqual(saga.begins(), ['A', 'B']);
    deepEqual(saga.hears('B-done'), []);
    deepEqual(saga.hears('A-done'), ['P']);
  });

  test('what nobody answers is told, and not waited for', () => {
    const saga = played(plan(pivot('p'), told('t'), last('z'), told('u')));
    saga.begins();
    deepEqual(saga.hears('P-done'), ['T', 'Z']);
    deepEqual(saga.hears('Z-done'), ['U']);
    equal(saga.saga.state, 'COMPLETED');
    equal(saga.saga.open, false);
  });

  test('a beginning that a participant took is done already, and is undone like any other', () => {
    const saga = played(plan(beginning('a'), pivot('p')));
    deepEqual(saga.begins(), ['P']);
    deepEqual(saga.hears('P-refused'), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
  });
});

describe('a refusal', () => {
  test('of the first step leaves nothing to undo', () => {
    const saga = begun(shop);
    deepEqual(saga.hears('A-refused', { orderId }, 'sold out'), []);
    deepEqual([saga.saga.state, saga.saga.reason, saga.saga.open], ['COMPENSATED', 'sold out', false]);
  });

  test('of a step that only reads undoes what was done before it', () => {
    const saga = begun(shop, 'A-done');
    deepEqual(saga.hears('B-refused'), ['undo-A']);
    deepEqual([saga.saga.state, saga.saga.reason], ['COMPENSATING', 'b was refused']);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
  });

  test('of the pivot undoes in reverse, each confirmed before the next', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done');
    deepEqual(saga.hears('P-refused'), ['undo-C']);
    deepEqual(saga.hears('A-undone'), []); // not asked: it changes nothing
    deepEqual(saga.hears('C-undone'), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    deepEqual([saga.saga.state, saga.saga.open, saga.saga.dueAt], ['COMPENSATED', false, null]);
    deepEqual(saga.stands(), {
      a: 'answered undo-answered',
      b: 'answered',
      c: 'answered undo-answered',
      p: 'refused',
    });
  });

  test('of one of a group undoes those that were asked with it, answered or not', () => {
    const saga = begun(plan([step('a'), step('b'), step('c')], pivot('p')), 'A-done');
    deepEqual(saga.hears('B-refused'), ['undo-C']);
    deepEqual(saga.hears('C-undone'), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
  });

  test('of two of a group starts one compensation', () => {
    const saga = begun(plan([step('a'), step('b'), step('c')], pivot('p')));
    deepEqual(saga.hears('A-refused', { orderId }, 'first'), ['undo-C']);
    deepEqual(saga.hears('C-refused', { orderId }, 'second'), ['undo-B']); // as good as the confirmation: nothing was done
    equal(saga.saga.reason, 'first');
    deepEqual(saga.hears('B-undone'), []);
    deepEqual([saga.saga.state, saga.saga.open], ['COMPENSATED', false]);
  });

  test('an undo that nobody answers is said, and the next follows at once', () => {
    const silent = { ...step('b'), undo: { step: 'undo-b', says: 'undo-B', answers: [], within, giveUp: 60_000 } };
    const saga = begun(plan(step('a'), silent, pivot('p')), 'A-done', 'B-done');
    deepEqual(saga.hears('P-refused'), ['undo-B', 'undo-A']);
  });
});

describe('a late answer', () => {
  test('to a step whose undo is under way changes nothing: its undo takes it back', () => {
    const saga = begun(plan([step('a'), step('b')], pivot('p')));
    saga.hears('A-refused');
    deepEqual(saga.hears('B-done'), []);
    deepEqual(saga.stands(), { a: 'refused', b: 'answered undo-asked' });
  });

  test('that says success after the undo was confirmed sends the undo again, with a deadline', () => {
    const saga = begun(plan([step('a'), step('b')], pivot('p')));
    saga.hears('A-refused');
    saga.hears('B-undone');
    equal(saga.saga.state, 'COMPENSATED');
    deepEqual(saga.later(100).hears('B-done'), ['undo-B']);
    deepEqual([saga.saga.state, saga.saga.open, saga.saga.dueAt], ['COMPENSATED', true, 1_000_100 + within]);
    deepEqual(saga.later(within).deadline(), ['undo-B']);
    deepEqual(saga.hears('B-undone'), []);
    deepEqual([saga.saga.state, saga.saga.open, saga.saga.flagged], ['COMPENSATED', false, false]);
  });

  test('that says refusal after the undo was confirmed changes nothing more', () => {
    const saga = begun(plan([step('a'), step('b')], pivot('p')));
    saga.hears('A-refused');
    saga.hears('B-undone');
    deepEqual(saga.hears('B-refused'), []);
    deepEqual([saga.saga.state, saga.saga.open], ['COMPENSATED', false]);
  });

  test('of a step further back is waited for by nobody', () => {
    const saga = begun(plan(step('a', { attempts: 1 }), pivot('p')));
    deepEqual(saga.later(within).deadline(), ['undo-A']);
    deepEqual(saga.hears('A-done'), []);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
  });
});

describe('a message that comes again', () => {
  const everything = [
    ['BEGIN', 'A-done', 'B-done', 'C-done', 'P-done', 'Z-done'],
    ['BEGIN', 'A-done', 'B-done', 'C-done', 'P-refused', 'C-undone', 'A-undone'],
    ['BEGIN', 'A-done', 'B-refused', 'A-undone'],
    ['CANCEL', 'BEGIN', 'A-undone'],
    ['BEGIN', 'A-done', 'CANCEL', 'A-undone'],
  ] as const;
  for (const path of everything) {
    test(`changes nothing, at any point of ${path.join(', ')}`, () => {
      const saga = played(shop);
      const happens = (message: string): readonly string[] =>
        message === 'BEGIN' ? saga.begins() : message === 'CANCEL' ? saga.cancels() : saga.hears(message);
      path.forEach((message, at) => {
        happens(message);
        for (const earlier of path.slice(0, at + 1)) {
          const before = saga.saga;
          deepEqual(happens(earlier), [], `${earlier} said something again after ${message}`);
          equal(saga.saga, before, `${earlier} changed something again after ${message}`);
        }
      });
    });
  }

  test('and one that no step waits for', () => {
    const saga = begun(shop);
    equal(advance(shop, saga.saga, { kind: 'answered', message: 'Z-done', facts: {}, reason: null }, 0), null);
    equal(advance(shop, saga.saga, { kind: 'answered', message: 'UNHEARD-OF', facts: {}, reason: null }, 0), null);
    equal(advance(shop, saga.saga, { kind: 'due', heardSince: 0 }, 0), null);
  });
});

describe('a customer cancels', () => {
  test('before it began: it is remembered, and the end is said all the same', () => {
    const saga = played(shop);
    deepEqual(saga.cancels(), []);
    deepEqual([saga.saga.begun, saga.saga.cancelRequested, saga.saga.state, saga.saga.open], [false, true, 'RUNNING', false]);
    deepEqual(saga.begins(), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    deepEqual([saga.saga.state, saga.saga.reason], ['COMPENSATED', 'changed my mind']);
  });

  test('before a beginning that a participant took', () => {
    const saga = played(plan(beginning('a'), step('b'), pivot('p')));
    saga.cancels();
    deepEqual(saga.begins(), ['undo-A']);
  });

  test('before the pivot is asked: everything that was asked is undone, answered or not', () => {
    const saga = begun(shop, 'A-done', 'B-done');
    deepEqual(saga.cancels(), ['undo-C']);
    deepEqual(saga.hears('C-done'), []);
    deepEqual(saga.hears('C-undone'), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
  });

  test('while the pivot is asked: its success lets the order through', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done');
    deepEqual(saga.cancels(), []);
    deepEqual([saga.saga.state, saga.saga.cancelRequested], ['RUNNING', true]);
    deepEqual(saga.hears('P-done'), ['Z']);
    deepEqual(saga.hears('Z-done'), []);
    equal(saga.saga.state, 'COMPLETED');
  });

  test('while the pivot is asked: its refusal cancels', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done');
    saga.cancels();
    deepEqual(saga.hears('P-refused'), ['undo-C']);
  });

  test('after the pivot: too late, nothing changes', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done', 'P-done');
    const before = saga.saga;
    deepEqual(saga.cancels(), []);
    equal(saga.saga, before);
    saga.hears('Z-done');
    deepEqual(saga.cancels(), []);
    equal(saga.saga.state, 'COMPLETED');
  });

  test('in a flow without a pivot: until what cannot refuse is asked', () => {
    const plain = plan(step('a'), step('b'), last('y'), last('z'));
    deepEqual(begun(plain, 'A-done').cancels(), ['undo-B']);
    const saga = begun(plain, 'A-done', 'B-done');
    deepEqual([saga.cancels(), saga.saga.cancelRequested], [[], false]);
    deepEqual(saga.hears('Y-done'), ['Z']);
    deepEqual(saga.cancels(), []);
    saga.hears('Z-done');
    equal(saga.saga.state, 'COMPLETED');
  });

  test('what is being compensated is cancelled already', () => {
    const saga = begun(shop, 'A-done', 'B-refused');
    const before = saga.saga;
    deepEqual(saga.cancels(), []);
    equal(saga.saga, before);
  });
});

describe('a participant speaks unasked', () => {
  test('after COMPLETED: every asked step is undone in reverse, the pivot too', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done', 'P-done', 'Z-done');
    deepEqual(saga.failsLater('the parcel is lost'), ['undo-P']);
    deepEqual([saga.saga.state, saga.saga.reason], ['COMPENSATING', 'the parcel is lost']);
    deepEqual(saga.hears('P-undone'), ['undo-C']);
    deepEqual(saga.hears('C-undone'), ['undo-A']);
    deepEqual(saga.hears('A-undone'), []);
    equal(saga.saga.state, 'COMPENSATED');
    deepEqual(saga.failsLater(), []);
  });

  test('past the pivot, with a step outstanding: nobody waits for that step any more', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done', 'P-done');
    deepEqual(saga.failsLater(), ['undo-P']);
    deepEqual(saga.hears('Z-done'), []);
    equal(saga.stands()['z'], 'answered');
    deepEqual(saga.later(within).deadline(), ['undo-P']);
  });

  test('while it is compensated anyway: nothing changes', () => {
    const saga = begun(shop, 'A-done', 'B-refused');
    deepEqual(saga.failsLater(), []);
    equal(saga.saga.reason, 'b was refused');
  });
});
