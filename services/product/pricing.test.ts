import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '@ensemble/engine';
import { pricing } from './pricing.ts';
import { tables } from './tables.ts';

test('a change of price locks the product, where an order only reads it', () => {
  const { keys } = pricing({ productId: 'desk', price: 1 });
  const working = undefined as unknown as Parameters<Job['keys']>[1]; // it does not look
  deepEqual(keys(tables.changing, working), [['desk']]);
  deepEqual(keys(tables.products, working), []);
  deepEqual([tables.changing.shared, tables.products.shared], [false, true]);
  equal(tables.changing.name, tables.products.name);
});
