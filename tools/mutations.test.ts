import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { copyTree } from './copied-tree.ts';
import { mutations } from './mutations.ts';

const house = mkdtempSync(join(tmpdir(), 'mutations-'));

before(() => copyTree(house, ['packages', 'services', 'flows']));
after(() => rmSync(house, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly failed: ReadonlySet<string>;
}

/** Runs the tests of these names, and of names that hold them. */
function run(path: string, names: readonly string[]): Promise<Run> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const only = names.map((name) => `--test-name-pattern=${RegExp.escape(name)}`);
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...only, path], {
    cwd: house,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, failed: new Set([...output.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name = '']) => name)) }),
    );
  });
}

for (const { rule, file, from, to, test: path, fails } of mutations) {
  test(`without it a test fails: ${rule}`, async () => {
    const place = join(house, file);
    const source = readFileSync(place, 'utf8');
    assert.equal(source.split(from).length, 2, `${file} has changed: what is broken here must stand in it once`);
    writeFileSync(
      place,
      source.replace(from, () => to),
    );
    try {
      const { code, failed } = await run(path, fails);
      assert.notEqual(code, 0);
      for (const name of fails) assert.ok(failed.has(name), `${name} did not fail; ${[...failed].join('; ')} did`);
    } finally {
      writeFileSync(place, source);
    }
  });
}
