import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '@ensemble/engine';
import { closings } from './closing.ts';
import { within } from './within.ts';

const heard = (): { log: Log; lines: string[] } => {
  const lines: string[] = [];
  const hear = (fields: Readonly<Record<string, unknown>>, words: string): void => void lines.push(`${String(fields['what'])}: ${words}`);
  return { lines, log: { info: hear, warn: hear, error: hear } };
};

test('what was opened last is closed first, once, and one that fails does not keep the others open', async () => {
  const { log, lines } = heard();
  const { closing, closeAll } = closings(log);
  const closed: string[] = [];
  for (const what of ['a', 'b', 'c']) {
    closing(what, async () => {
      closed.push(what);
      if (what === 'b') throw new Error('stuck');
    });
  }
  await Promise.all([closeAll(), closeAll()]);
  deepEqual([closed, lines], [['c', 'b', 'a'], ['b: it did not close well']]);
});

test('stores whose sessions are held have the time to cut them', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, lines } = heard();
  const { closing, closeAll } = closings(log);
  const cut = Promise.withResolvers<void>();
  closing('the stores', () => cut.promise);
  const closed = closeAll();
  t.mock.timers.tick(5_000); // a session pool's patience
  cut.resolve();
  await closed;
  deepEqual(lines, []);
});

test('what does not end is not waited for', async () => {
  const never = new Promise<void>(() => undefined);
  deepEqual(
    await within(
      1,
      () => never,
      () => undefined,
    ),
    false,
  );
  deepEqual(
    await within(
      1_000,
      async () => undefined,
      () => undefined,
    ),
    true,
  );
});
