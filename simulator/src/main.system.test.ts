/** npm run simulate, as it is typed. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const simulate = (...options: readonly string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], { encoding: 'utf8', timeout: 60_000 });

describe('what is no whole number from 1 is refused in words, and nothing runs', () => {
  for (const [option, text] of [
    ['seed', 'x'],
    ['seeds', '0'],
    ['orders', ''],
  ] as const)
    test(`--${option} ${text || "''"}`, () => {
      const { status, stdout, stderr } = simulate('--seed', '1', `--${option}`, text);
      deepEqual([status, stdout], [2, '']);
      match(stderr, new RegExp(`^--${option} is a whole number from 1, not ${text || 'nothing'}\n`));
    });

  test('without a seed too', () => equal(simulate('--orders', '0').status, 2));
});

test('a seed is run, with so many orders', () => {
  const { status, stdout } = simulate('--seed', '7', '--orders', '2');
  deepEqual([status, stdout], [0, 'seed 7: everything held\n']);
});
