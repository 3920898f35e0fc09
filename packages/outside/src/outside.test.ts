import { does, done } from '@ensemble/flow';
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, keyed } from './answer.ts';
import { portTo } from './port-to.ts';
import { isSigned, signed } from './signature.ts';

const orderId = '01920000-0000-7000-8000-000000000001';
const signal = new AbortController().signal;
const call = { key: `${orderId}/payment.charge`, orderId, request: {} };

/** It can only succeed. */
const pay = does('bank.pay', { asks: {}, outcomes: { paid: done() } });
const port = (answer: Answer | null, asked: string[] = []) =>
  portTo<typeof pay>(
    {
      put: async (path) => {
        asked.push(path);
        return answer ?? { status: 'pending' };
      },
      get: async (path) => {
        asked.push(path);
        return answer;
      },
    },
    'charges',
    ({ status }) => (status === 'succeeded' ? { says: 'paid' } : null),
  );

test('a port asks at the address of the key, and hears a word', async () => {
  const asked: string[] = [];
  const { ask, find } = port({ status: 'succeeded' }, asked);
  deepEqual([await ask(call, signal), await find(call, signal)], [{ says: 'paid' }, { says: 'paid' }]);
  deepEqual([...new Set(asked)], [`/charges/${orderId}%2Fpayment.charge`]);
});

test('not yet, and never heard of', async () => {
  deepEqual(
    [await port({ status: 'pending' }).ask(call, signal), await port({ status: 'pending' }).find(call, signal)],
    ['pending', 'pending'],
  );
  equal(await port(null).find(call, signal), 'unknown');
});

test('an end that the operation cannot have is no word', async () => {
  await rejects(port({ status: 'refused', reason: 'no money' }).ask(call, signal), {
    code: 'WORD_MISFIT',
    message: /cannot end as refused: no money/,
  });
});

test('a key tells the order and what was asked', () => {
  deepEqual(keyed(call.key), { orderId, operation: 'payment.charge' });
  for (const key of [
    '',
    orderId,
    `${orderId}/charge`,
    `${orderId}/payment.charge/2`,
    `x/payment.charge`,
    `${orderId.slice(1)}/payment.charge`,
  ])
    equal(keyed(key), null, key);
});

test('a signature is of every byte, and of the secret', () => {
  // RFC 4231, test case 2.
  equal(signed('Jefe', 'what do ya want for nothing?'), 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  const body = '{"key":1}';
  equal(isSigned('s', body, signed('s', body)), true);
  for (const given of [undefined, '', 'sha256=', signed('t', body), signed('s', `${body} `), [signed('s', body)]])
    equal(isSigned('s', body, given), false);
});
