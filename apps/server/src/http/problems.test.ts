import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { EnsembleError, errorTable } from '@ensemble/errors';
import { problemOf } from './problems.ts';

test('says what happened, to which order, and what to do', () => {
  deepEqual(problemOf(new EnsembleError('ORDER_ENDED', 'Order o-1 is COMPLETED already.', { orderId: 'o-1' }), '/api/orders/o-1/cancel'), {
    type: 'urn:ensemble:error:ORDER_ENDED',
    code: 'ORDER_ENDED',
    title: errorTable.ORDER_ENDED.meaning,
    status: 409,
    detail: 'Order o-1 is COMPLETED already.',
    todo: errorTable.ORDER_ENDED.todo,
    retry: false,
    instance: '/api/orders/o-1/cancel',
    details: { orderId: 'o-1' },
  });
});

test('tells nothing of what is not meant for the outside', () => {
  for (const error of [
    new Error('password=hunter2'),
    new EnsembleError('STORE_VIOLATION', 'row (hunter2)', { row: 'hunter2' }),
    'hunter2',
    undefined,
  ]) {
    const problem = problemOf(error, '/');
    deepEqual([problem.code, problem.status, problem.details], ['INTERNAL', 500, {}]);
    equal(JSON.stringify(problem).includes('hunter2'), false);
  }
});
