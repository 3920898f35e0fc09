import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { flows } from '@ensemble/server';
import type { Flow } from '@ensemble/flow';
import { declines, orders, requests } from './orders.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
const share = (percent: number): number[] => numbers(100).filter((number) => declines(number, percent));

test('declined orders are spread evenly', () => {
  deepEqual(share(5), [19, 39, 59, 79, 99]);
  deepEqual([share(0).length, share(100).length, numbers(1_000).filter((number) => declines(number, 2.5)).length], [0, 100, 25]);
});

test('an order by its number', () => {
  const placement = orders(flows[0] as Flow, 5);
  const { customerId, facts } = placement(1_119);
  deepEqual(
    { customerId, facts },
    {
      customerId: 'customer-120',
      facts: { lines: [{ productId: 'product-20', quantity: 1 }], paymentMethod: 'declined-card', total: 1_019, currency: 'EUR' },
    },
  );
  equal(placement(1_118).facts['paymentMethod'], 'wallet');
});

test('where orders do not say how they are paid, those who cannot pay are declined', () => {
  const flow = flows.find(({ name }) => name === 'place-order') as Flow;
  deepEqual([orders(flow, 5)(1_119).customerId, orders(flow, 5)(1_118).customerId], ['customer-without-money', 'customer-119']);
});

test('over HTTP it is the same order, and says no more than its flow carries', () => {
  const silent = flows.find(({ name }) => name === 'place-order') as Flow;
  const lines = [{ productId: 'product-20', quantity: 1 }];
  deepEqual(requests(flows[0] as Flow, 5)(1_119), {
    customerId: 'customer-120',
    body: { flow: 'standard', lines, paymentMethod: 'declined-card' },
  });
  deepEqual(requests(silent, 5)(1_119), { customerId: 'customer-without-money', body: { flow: 'place-order', lines } });
});
