/** docs/write-a-flow.md, done in a copy of the source as it says, and compared with what it claims. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Block, follow, patched, readGuide } from './guide.ts';
import { unfollowed } from './suite/run-files.ts';
import { runTool } from './tool.ts';

const guide = readGuide();
const { steps, mistakes } = guide;
const house = mkdtempSync(join(tmpdir(), 'write-a-flow-'));
const at = (path: string): string => join(house, path);
/** Where a mistake is made: a copy of the folder that it is made in. */
const folderOf = (index: number, { label }: Block): string => `${label.split('/')[0]}/mistake-${index}`;

/** What the compiler says, by folder. */
let compiled: ReadonlyMap<string, string> = new Map();
/** What is said instead of starting, by folder; empty where it starts. */
let started: Readonly<Record<string, string>> = {};

before(async () => {
  follow(guide, house);
  for (const [index, { diff }] of mistakes.entries()) {
    const folder = folderOf(index, diff);
    cpSync(at(dirname(diff.label)), at(folder), { recursive: true });
    const file = at(`${folder}/${diff.label.split('/').at(-1)}`);
    writeFileSync(file, patched(readFileSync(file, 'utf8'), diff.text));
  }
  [compiled, started] = await Promise.all([compile(), start()]);
});
after(() => rmSync(house, { recursive: true, force: true }));

async function compile(): Promise<ReadonlyMap<string, string>> {
  const written = [...new Set(steps.map(({ label }) => label))].filter((path) => path.endsWith('.ts'));
  const include = [...written, ...mistakes.map(({ diff }, index) => `${folderOf(index, diff)}/*.ts`)];
  writeFileSync(at('tsconfig.guide.json'), JSON.stringify({ extends: './tsconfig.json', include }));
  const { stdout } = await runTool('tsc', ['-p', 'tsconfig.guide.json', '--pretty', 'false'], { cwd: house });
  const errors = stdout.split(/\n(?=\S)/).filter((error) => error.trim() !== '');
  return new Map(
    Map.groupBy(errors, (error) => error.split('/').slice(0, 2).join('/'))
      .entries()
      .map(([folder, all]) => [folder, all.join('\n')]),
  );
}

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Node in the copy; what it compiles there goes with the copy. */
function node(...args: readonly string[]): Promise<Run> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_COMPILE_CACHE: at('node_modules/.cache') };
  const child = spawn(process.execPath, args, { cwd: house, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Loads every mistake in one process, as the catalogue would. */
async function start(): Promise<Readonly<Record<string, string>>> {
  const files = mistakes.map(({ diff }, index) => {
    const folder = folderOf(index, diff);
    return [folder, `./${folder}/${diff.label.startsWith('flows/') ? 'gift-order.flow.ts' : 'service.ts'}`];
  });
  const program = `
    const said = {};
    for (const [folder, file] of ${JSON.stringify(files)})
      said[folder] = await import(file).then(() => '', (error) => error.message + '\\n');
    console.log(JSON.stringify(said));`;
  return JSON.parse((await node('--input-type=module', '-e', program)).output) as Readonly<Record<string, string>>;
}

/** The test files in one process. */
const runTests = (...args: readonly string[]): Promise<Run> =>
  node('--import', unfollowed, '--test', '--test-isolation=none', '--test-reporter=tap', ...args);

const passed = ({ output }: Run): readonly string[] => [...output.matchAll(/^ *ok \d+ - (.*)$/gm)].map(([, name = '']) => name);

describe('what the guide has its reader write', () => {
  test('is taken by the compiler', () => {
    const folders = new Set(steps.map(({ label }) => label.split('/').slice(0, 2).join('/')));
    assert.deepEqual(
      [...compiled].filter(([folder]) => folders.has(folder)),
      [],
    );
  });

  test('passes its own tests', async () => {
    const files = steps.map(({ label }) => label).filter((path) => path.endsWith('.test.ts'));
    const run = await runTests(...files);
    assert.equal(run.code, 0, run.output);
    assert.ok(passed(run).includes('not paid, so unwrapped'), run.output);
  });

  test('takes an order to its end in the whole system, wrapped; or unwrapped, where it is refused; and everything adds up', async () => {
    const only = '--test-name-pattern=gift-order|wrapping.wrap unanswered|afterwards everything holds';
    const run = await runTests(only, 'apps/server/test/paths.test.ts');
    assert.equal(run.code, 0, run.output);
    for (const name of [
      'gift-order, completed: {}',
      'gift-order, payment.charge declined: {"paymentMethod":"declined-card"}',
      'gift-order, wrapping.wrap noPaper: {"lines":[{"productId":"mouse","quantity":501}]}',
      'wrapping.wrap unanswered',
      'afterwards everything holds',
    ])
      assert.ok(
        passed(run).some((one) => one.replaceAll('\\', '') === name),
        `${name} was not run\n${run.output}`,
      );
  });
});

describe('a mistake that the guide tells of', () => {
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

  for (const [index, { name, diff, compiler, start }] of mistakes.entries()) {
    const folder = folderOf(index, diff);
    test(`${name}: ${compiler === null ? 'the compiler sees nothing wrong' : 'what the compiler says'}`, () => {
      const said = plain(compiled.get(folder) ?? '');
      if (compiler === null) assert.equal(said, '');
      else assert.ok(plain(compiler) !== '' && said.includes(plain(compiler)), `the compiler says:\n${compiled.get(folder)}`);
    });

    test(`${name}: ${start === null ? 'it starts' : 'what is said instead of starting'}`, () => assert.equal(started[folder], start ?? ''));
  }
});
