import { deepEqual, equal, match } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/ensemble.mjs', import.meta.url));
/** Makes this Node say that it is an old one, to the file it runs and not to its children. */
const asOld = [
  '--import',
  `data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });")}`,
];

function start(file: string, args: readonly string[] = [], node: readonly string[] = []) {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env; // the suite's own
  const child = spawn(process.execPath, [...node, file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ ...said, code, signal }));
  return { child, ended };
}

/** The bin in a folder of its own, with a program that is not the real one, and a Node 24 to hand over to, or none. */
function installed(t: TestContext, program: string, node: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-bin-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const inner of ['apps/cli/bin', 'apps/cli/src', 'node_modules/.bin']) mkdirSync(join(folder, inner), { recursive: true });
  for (const file of ['ensemble.mjs', 'compile-cache.mjs']) copyFileSync(join(dirname(bin), file), join(folder, 'apps/cli/bin', file));
  writeFileSync(join(folder, 'apps/cli/src/main.ts'), program);
  if (node) symlinkSync(process.execPath, join(folder, 'node_modules/.bin/node'));
  return join(folder, 'apps/cli/bin/ensemble.mjs');
}

test('it runs the program', async () => {
  const { out, err, code } = await start(bin, ['--version']).ended;
  deepEqual([out, err, code], ['0.1.0\n', '', 0]);
});

test('an old Node hands over: arguments, output and exit code are those of the program, which is compiled once', async (t) => {
  const file = installed(
    t,
    `import { getCompileCacheDir } from 'node:module';
    console.log(process.versions.node, ...process.argv.slice(2));
    console.error(getCompileCacheDir());
    process.exitCode = 3;`,
    true,
  );
  const { out, err, code } = await start(file, ['order', 'watch', 'an id'], asOld).ended;
  deepEqual([out, code], [`${process.versions.node} order watch an id\n`, 3]);
  equal(err.startsWith(join(file, '../../../../node_modules/.cache/ensemble')), true, err);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`an old Node passes ${signal} on and waits for the program to end`, async (t) => {
    const program = `process.on('${signal}', () => { console.log('${signal}'); clearInterval(stay); process.exitCode = 7; }); const stay = setInterval(() => {}, 1000); console.log('ready');`;
    const { child, ended } = start(installed(t, program, true), [], asOld);
    await once(child.stdout, 'data');
    child.kill(signal);
    const { out, code } = await ended;
    deepEqual([out, code], [`ready\n${signal}\n`, 7]);
  });
}

test('a program that a signal ended is told as a shell tells it', async (t) => {
  const { code } = await start(installed(t, `process.kill(process.pid, 'SIGKILL');`, true), [], asOld).ended;
  equal(code, 137);
});

test('an old Node with nothing to hand over to says what is needed in one sentence', async (t) => {
  const { out, err, code } = await start(installed(t, '', false), [], asOld).ended;
  deepEqual([out, code], ['', 1]);
  match(err, /^Ensemble needs Node 24 or newer; this is Node 20\.19\.0\. .*\n$/);
});
