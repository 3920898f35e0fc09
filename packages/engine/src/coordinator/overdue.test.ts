/** What the coordinator does about silence. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { begun, giveUp, last, orderId, pivot, plan, type Played, read, shop, step, told, within } from '../../fixtures/plans.ts';
import { timeOf } from './advance.ts';

describe('a do that nobody answers', () => {
  test('is asked again, less and less often, and any answer counts', () => {
    const saga = begun(shop, 'A-done', 'B-done');
    deepEqual(saga.later(within - 1).deadline(), []);
    deepEqual(saga.later(1).deadline(), ['C']);
    deepEqual(saga.saga.asks['c']?.do, { attempts: 2, since: 1_000_000, due: 1_000_000 + 2 * within });
    deepEqual(saga.deadline(), []); // fired twice: once is enough
    deepEqual(saga.later(within).deadline(), ['C']);
    equal(saga.saga.dueAt, 1_000_000 + 4 * within);
    deepEqual(saga.hears('C-done'), ['P']);
  });

  test('past the limit its outcome is unknown: it is undone with the others', () => {
    const saga = begun(shop, 'A-done', 'B-done');
    saga.later(within).deadline();
    saga.later(within).deadline();
    deepEqual(saga.later(2 * within).deadline(), ['undo-C']);
    deepEqual([saga.saga.state, saga.saga.reason], ['COMPENSATING', 'no answer from c']);
    equal(saga.due('c'), null);
    deepEqual(saga.hears('C-undone'), ['undo-A']);
  });

  test('one that only reads has nothing to undo', () => {
    const saga = begun(plan(step('a'), { ...read('b'), attempts: 1 }, pivot('p')), 'A-done');
    deepEqual(saga.later(within).deadline(), ['undo-A']);
  });

  test('the pivot too: what may have been charged is given back', () => {
    const saga = begun(plan(step('a'), { ...pivot('p'), attempts: 1 }), 'A-done');
    deepEqual(saga.later(within).deadline(), ['undo-P']);
    deepEqual(saga.hears('P-done'), []);
    deepEqual(saga.hears('P-undone'), ['undo-A']);
  });

  test('of a group: the first over its limit undoes all of them', () => {
    const saga = begun(plan([step('a', { attempts: 1 }), step('b')], pivot('p')), 'B-done');
    deepEqual(saga.later(within).deadline(), ['undo-B']);
    deepEqual(saga.hears('B-undone'), ['undo-A']);
    deepEqual(saga.hears('A-refused'), []);
    deepEqual([saga.saga.state, saga.saga.open], ['COMPENSATED', false]);
  });

  test('after the pivot it is asked for ever, and past the limit a person is told', () => {
    const saga = begun(plan(pivot('p'), { ...last('y'), attempts: 2 }, last('z')), 'P-done');
    deepEqual(saga.later(within).deadline(), ['Y']);
    equal(saga.saga.flagged, false);
    deepEqual(saga.later(within).deadline(), ['Y']);
    deepEqual([saga.saga.flagged, saga.saga.state], [true, 'RUNNING']);
    for (let pause = 2 * within; pause < 60_000; pause *= 2) deepEqual(saga.later(pause).deadline(), ['Y']);
    deepEqual(saga.later(59_999).deadline(), []);
    deepEqual(saga.later(1).deadline(), ['Y']); // never more than a minute apart
    deepEqual(saga.hears('Y-done'), ['Z']);
    equal(saga.saga.flagged, false);
    deepEqual(saga.hears('Z-done'), []);
    deepEqual([saga.saga.state, saga.saga.open], ['COMPLETED', false]);
  });

  test('what was told waits for no answer', () => {
    const saga = begun(plan(pivot('p'), told('t')), 'P-done');
    deepEqual(saga.later(3_600_000).deadline(), []);
  });

  test('a slower step keeps its own pace', () => {
    const saga = begun(plan(step('a', { within: 600_000 }), pivot('p')));
    deepEqual(saga.later(599_999).deadline(), []);
    deepEqual(saga.later(1).deadline(), ['A']);
    equal(saga.due('a'), 1_000_000 + 1_200_000);
  });
});

describe('an undo that nobody answers', () => {
  const undoing = () => {
    const saga = begun(shop, 'A-done', 'B-done');
    saga.hears('C-refused');
    return saga; // undo-A is asked at 1,000,000
  };

  test('is asked again until a person is needed: FAILED, flagged, and asked on slowly', () => {
    const saga = undoing();
    const said: (readonly [at: number, says: readonly string[], state: string])[] = [];
    for (let at = 1_000; at <= 700_000; at += 1_000) {
      const says = saga.later(1_000).deadline();
      if (says.length > 0) said.push([at, says, saga.saga.state]);
    }
    deepEqual(said, [
      [5_000, ['undo-A'], 'COMPENSATING'],
      [10_000, ['undo-A'], 'COMPENSATING'],
      [20_000, ['undo-A'], 'COMPENSATING'],
      [40_000, ['undo-A'], 'COMPENSATING'],
      [80_000, ['undo-A'], 'FAILED'], // 60 s without an answer
      [380_000, ['undo-A'], 'FAILED'],
      [680_000, ['undo-A'], 'FAILED'],
    ]);
    deepEqual([saga.saga.flagged, saga.saga.open], [true, true]);
  });

  test('a late answer leads on from the desk', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done');
    saga.hears('P-refused');
    saga.later(giveUp).deadline();
    deepEqual([saga.saga.state, saga.saga.flagged], ['FAILED', true]);
    deepEqual(saga.hears('C-undone'), ['undo-A']);
    deepEqual([saga.saga.state, saga.saga.flagged], ['COMPENSATING', false]);
    deepEqual(saga.hears('A-undone'), []);
    deepEqual([saga.saga.state, saga.saga.flagged, saga.saga.open], ['COMPENSATED', false, false]);
  });

  test('a late refusal of the do leads on too: there is nothing to undo', () => {
    const saga = begun(plan(step('a'), step('b', { attempts: 1 }), pivot('p')), 'A-done');
    deepEqual(saga.later(within).deadline(), ['undo-B']);
    saga.later(giveUp).deadline();
    equal(saga.saga.state, 'FAILED');
    deepEqual(saga.hears('B-refused'), ['undo-A']);
    deepEqual([saga.saga.state, saga.saga.flagged], ['COMPENSATING', false]);
    deepEqual(saga.stands(), { a: 'answered undo-asked', b: 'refused undo-answered' });
    deepEqual(saga.hears('B-undone'), []);
    saga.hears('A-undone');
    deepEqual([saga.saga.state, saga.saga.open], ['COMPENSATED', false]);
  });

  test('another that is confirmed does not take the order from the desk', () => {
    const saga = begun(plan([step('a'), step('b'), step('c')], pivot('p')));
    saga.hears('C-refused');
    saga.hears('B-undone'); // undo-A is asked now
    saga.later(giveUp).deadline();
    equal(saga.saga.state, 'FAILED');
    deepEqual(saga.hears('B-done'), ['undo-B']);
    deepEqual(saga.hears('B-undone'), []);
    deepEqual([saga.saga.state, saga.saga.flagged], ['FAILED', true]);
    saga.hears('A-undone');
    deepEqual([saga.saga.state, saga.saga.flagged], ['COMPENSATED', false]);
  });

  test('sent again for a late success, it reaches the desk even after the end', () => {
    const saga = begun(plan([step('a'), step('b')], pivot('p')));
    saga.hears('A-refused');
    saga.hears('B-undone');
    saga.hears('B-done');
    deepEqual(saga.later(giveUp).deadline(), ['undo-B']);
    deepEqual([saga.saga.state, saga.saga.flagged, saga.saga.open], ['COMPENSATED', true, true]);
    deepEqual(saga.hears('B-undone'), []);
    deepEqual([saga.saga.state, saga.saga.flagged, saga.saga.open], ['COMPENSATED', false, false]);
  });
});

describe('a command that is asked again', () => {
  const times = (saga: Played, ...messages: readonly string[]): readonly number[] =>
    messages.map((message) => timeOf(shop, saga.saga, message, 9_000_000));

  test('says the time of its first saying', () => {
    const saga = begun(shop, 'A-done', 'B-done').later(1_000);
    saga.hears('C-refused');
    const undo = 1_001_000;
    deepEqual(times(saga, 'undo-A'), [undo]);
    deepEqual(saga.later(within).deadline(), ['undo-A']);
    deepEqual(times(saga, 'undo-A'), [undo]);
    saga.later(3_600_000).deadline('only now'); // it was away for two hours, and silence counts from then on
    saga.later(3_600_000).deadline('only now');
    deepEqual(saga.later(within).deadline(), ['undo-A']);
    deepEqual(times(saga, 'undo-A'), [undo]);
  });

  test('so does a do; what is said now for the first time says now', () => {
    const saga = begun(shop).later(within);
    deepEqual(saga.deadline(), ['A']);
    deepEqual(times(saga, 'A', 'Z', 'UNHEARD-OF'), [1_000_000, 9_000_000, 9_000_000]);
  });
});

describe('silence while the service could not hear', () => {
  test('is no silence: a do gets its time again and no attempt is counted', () => {
    const saga = begun(shop);
    deepEqual(saga.later(3_600_000).deadline('only now'), []);
    deepEqual(saga.saga.asks['a']?.do, { attempts: 1, since: 1_000_000, due: 1_000_000 + 3_600_000 + within });
    deepEqual(saga.later(within).deadline(), ['A']);
    equal(saga.saga.state, 'RUNNING');
  });

  test('not even at the limit', () => {
    const saga = begun(plan(step('a', { attempts: 1 }), pivot('p')));
    deepEqual(saga.later(3_600_000).deadline('only now'), []);
    equal(saga.saga.state, 'RUNNING');
    deepEqual(saga.later(within).deadline(), ['undo-A']);
  });

  test('an undo has all of its time again before a person is called', () => {
    const saga = begun(shop, 'A-done');
    saga.hears('B-refused');
    deepEqual(saga.later(giveUp).deadline('only now'), []);
    equal(saga.saga.state, 'COMPENSATING');
    deepEqual(saga.later(within).deadline(), ['undo-A']);
    equal(saga.saga.state, 'COMPENSATING');
  });

  test('is told apart for each ask: what another step answered since then does not count against it', () => {
    const saga = begun(plan([step('a', { attempts: 1 }), step('b', { attempts: 1 })], pivot('p')));
    saga.later(3_600_000).hears('B-done'); // it was away for an hour, and reads what came in the meantime
    deepEqual(saga.deadline('only now'), []);
    equal(saga.saga.state, 'RUNNING');
  });

  test('nor is a person called for one undo because another was heard', () => {
    const saga = begun(plan([step('a'), step('b'), step('c')], pivot('p')));
    saga.hears('C-refused');
    saga.hears('B-undone'); // undo-A is asked now
    saga.hears('B-done'); // undo-B is asked again
    saga.later(3_600_000).hears('B-undone'); // it was away for an hour, and reads what came in the meantime
    deepEqual([saga.saga.state, saga.saga.flagged], ['COMPENSATING', false]);
    deepEqual(saga.deadline('only now'), []);
    saga.later(within).deadline();
    deepEqual([saga.saga.state, saga.saga.flagged], ['COMPENSATING', false]);
    saga.later(giveUp).deadline();
    deepEqual([saga.saga.state, saga.saga.flagged], ['FAILED', true]);
  });

  test('what is not due is left alone', () => {
    const saga = begun(shop);
    const before = saga.saga;
    deepEqual(saga.later(within - 1).deadline('only now'), []);
    equal(saga.saga, before);
  });
});

test('facts come with any answer that counts, in compensation too', () => {
  const saga = begun(plan([step('a'), step('b')], pivot('p')));
  saga.hears('A-refused', { orderId, reason: 'no' });
  saga.hears('B-done', { orderId, reason: 'no', paymentId: 'pay-1' });
  deepEqual(saga.saga.facts, { orderId, reason: 'no', paymentId: 'pay-1' });
});
