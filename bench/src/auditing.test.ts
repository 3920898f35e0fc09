import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { auditing } from './auditing.ts';

const { signal } = new AbortController();

/** Finds these, look by look; the last again and again. */
function given(...looks: readonly (readonly string[])[]) {
  const state = { looked: 0 };
  const look = async (): Promise<readonly string[]> => looks[Math.min(state.looked++, looks.length - 1)] ?? [];
  return { state, look };
}

test('what was on the way is no finding', async () => {
  const { state, look } = given(['an order is watched still'], ['an order is watched still'], []);
  const { findings } = await auditing(look, { most: 60_000, between: 0, signal });
  deepEqual([findings, state.looked], [[], 3]);
});

test('what stays is told as the last look found it', async () => {
  const { state, look } = given(['a piece is nowhere', 'an order is watched still'], ['a piece is nowhere']);
  const { findings } = await auditing(look, { most: 50, between: 100, signal });
  deepEqual([findings, state.looked], [['a piece is nowhere'], 2]);
});

test('who interrupts it does not wait for more looks', async () => {
  const { state, look } = given(['a piece is nowhere']);
  await rejects(auditing(look, { most: 60_000, between: 60_000, signal: AbortSignal.abort() }), { name: 'AbortError' });
  equal(state.looked, 1);
});
