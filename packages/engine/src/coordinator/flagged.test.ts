/** A saga that needs a person says so in the log, once each time that it comes to the desk. */
import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '@ensemble/flow';
import { begun, giveUp, last, orderId, pivot, plan, type Played, shop, step, within } from '../../fixtures/plans.ts';
import { sale } from '../../fixtures/sale.ts';
import type { Change } from '../store.ts';
import { due } from '../tables.ts';
import { flaggedLog } from './flagged.ts';
import { rowOf, sagas } from './saga.ts';

/** What is told of these batches. */
function told(by: Plan, ...batches: readonly (readonly Change[])[]): readonly unknown[] {
  const lines: unknown[] = [];
  const error = (fields: object, words: string): void => void lines.push({ ...fields, words });
  const tell = flaggedLog(
    { info: () => undefined, warn: error, error },
    { of: () => ({ flow: sale, plan: by }), kept: () => [by] },
    'clerk',
  );
  for (const batch of batches) tell(batch);
  return lines;
}

/** What is told of each thing that happens to a saga, in a batch of its own. */
const toldOf = (by: Plan, saga: Played, ...things: readonly ((saga: Played) => unknown)[]): readonly unknown[] =>
  things.map((happens) => {
    const before = saga.saga;
    happens(saga);
    return told(by, before === saga.saga ? [] : [{ table: sagas, update: [rowOf(saga.saga)], before: [rowOf(before)] }]);
  });

const silence = (milliseconds: number) => (saga: Played) => saga.later(milliseconds).deadline();
const hears = (message: string) => (saga: Played) => saga.hears(message);
const line = (waitsFor: string, words: string) => [{ service: 'clerk', orderId, flow: 'a-flow', waitsFor, words }];
const failed = 'an order is FAILED: not all of it was taken back';

describe('a person is told', () => {
  test('of an undo past its limit: once, however often it is asked on', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-refused');
    const asked = [silence(giveUp - 1), silence(giveUp), silence(300_000), silence(300_000), hears('A-undone')];
    deepEqual(toldOf(shop, saga, ...asked), [[], line('undo-a', failed), [], [], []]);
  });

  test('of the next undo too', () => {
    const saga = begun(shop, 'A-done', 'B-done', 'C-done', 'P-refused');
    const asked = [silence(giveUp), hears('C-undone'), silence(giveUp)];
    deepEqual(toldOf(shop, saga, ...asked), [line('undo-c', failed), [], line('undo-a', failed)]);
  });

  test('of what cannot refuse and does not answer: each time, and the order stays RUNNING', () => {
    const by = plan(pivot('p'), { ...last('y'), attempts: 1 }, { ...last('z'), attempts: 1 });
    const asked = [silence(within), silence(within), hears('Y-done'), silence(within), hears('Z-done')];
    const words = 'an order is on the desk: what cannot refuse does not answer';
    deepEqual(toldOf(by, begun(by, 'P-done'), ...asked), [line('y', words), [], [], line('z', words), []]);
  });

  test('of what was done late, after the end', () => {
    const by = plan([step('a'), step('b')], pivot('p'));
    const saga = begun(by, 'A-refused', 'B-undone', 'B-done');
    const words = 'an order is on the desk: it has ended, and what was done late is not taken back';
    deepEqual(toldOf(by, saga, silence(giveUp)), [line('undo-b', words)]);
  });
});

test('nobody is told of a new saga, nor here of an order that its owner keeps the clock of', () => {
  const batch: readonly Change[] = [
    { table: sagas, insert: [rowOf(begun(shop).saga)], update: [], before: [] },
    { table: due, update: [{ orderId, flagged: true }], before: [{ orderId, flagged: false }] },
  ];
  deepEqual(told(shop, batch), []);
});
