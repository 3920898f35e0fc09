import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Query, Row, Store } from '@ensemble/engine';
import { unended, waitForEnds } from './ends.ts';

/** A history of these orders; `looked` is how often it was asked. */
function given(statuses: (looked: number) => Readonly<Record<string, string>>) {
  const state = { looked: 0 };
  const select: Store['select'] = async (_, { where = [] }: Query) => {
    state.looked += 1;
    const rows: Row[] = Object.entries(statuses(state.looked)).map(([orderId, status]) => ({ orderId, status }));
    return rows.filter((row) => where.every(([column, , values]) => (values as readonly unknown[]).includes(row[column])));
  };
  return { state, history: { select } };
}

const never = new AbortController().signal;

test('orders that have ended, that are under way, and that the history has not heard of', async () => {
  const { history } = given(() => ({ a: 'COMPLETED', b: 'RUNNING', c: 'CANCELLED', d: 'CANCELLING', other: 'COMPLETED' }));
  deepEqual(await unended(history, ['a', 'b', 'c', 'd', 'e']), ['b', 'd', 'e']);
});

test('many are asked for in parts', async () => {
  const ids = Array.from({ length: 1_001 }, (_, number) => String(number));
  const { state, history } = given(() => Object.fromEntries(ids.slice(0, 1_000).map((id) => [id, 'COMPLETED'])));
  deepEqual([await unended(history, ids), state.looked], [['1000'], 3]);
});

test('they are waited for as long as some of them end', async () => {
  const { history } = given((looked) => ({
    a: 'COMPLETED',
    b: looked > 2 ? 'COMPLETED' : 'RUNNING',
    c: looked > 3 ? 'CANCELLED' : 'RUNNING',
  }));
  deepEqual(await waitForEnds(history, ['a', 'b', 'c'], { most: 60_000, between: 0 }, never), []);
});

test('and given up when none does', async () => {
  const { history } = given(() => ({ a: 'COMPLETED', b: 'RUNNING' }));
  deepEqual(await waitForEnds(history, ['a', 'b'], { most: 0, between: 0 }, never), ['b']);
});
