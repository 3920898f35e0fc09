import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Mutation, mutations } from './mutations.ts';
import { unfollowed } from './suite/run-files.ts';
import { root } from './tree.ts';

/** Milliseconds; a broken rule may well make a test wait for ever. Each takes a second or two. */
const patience = 30_000;

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly failed: ReadonlySet<string>;
}

/** Runs the tests of these names, and of names that hold them, in one process that reads the file as edited. */
function run({ file, from, to, test: path, fails }: Mutation): Promise<Run> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const only = fails.map((name) => `--test-name-pattern=${RegExp.escape(name)}`);
  const child = spawn(process.execPath, ['--import', unfollowed, '--import', './tools/mutated.ts', '--test-reporter=tap', ...only, path], {
    cwd: root,
    env: { ...env, MUTATION: JSON.stringify({ file, from, to }) },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, failed: new Set([...output.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name = '']) => name)) }),
    );
  });
}

for (const mutation of mutations) {
  const { rule, file, from, fails } = mutation;
  test(`without it a test fails: ${rule}`, async () => {
    const source = readFileSync(join(root, file), 'utf8');
    assert.equal(source.split(from).length, 2, `${file} has changed: what is broken here must stand in it once`);
    const { code, signal, failed } = await run(mutation);
    assert.equal(signal, null, `without it the tests did not end within ${patience / 1_000} s: ${rule}`);
    assert.notEqual(code, 0);
    for (const name of fails) assert.ok(failed.has(name), `${name} did not fail; ${[...failed].join('; ')} did`);
  });
}
