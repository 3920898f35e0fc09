import { deepEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '../test/until.ts';

const source = new URL('./until-signal.ts', import.meta.url).href;

/** A process whose stop resolves, or never does; and whose start does, unless told otherwise. */
function program(stop: string, start = 'Promise.resolve(running)') {
  const script = `
    import { runUntilSignal } from ${JSON.stringify(source)};
    setInterval(() => undefined, 1000);
    const running = { stop: () => ${stop} };
    const io = { out: (line) => console.log(line.trim()), env: {} };
    setImmediate(() => console.log('up'));
    process.exit(await runUntilSignal((signal) => ${start}, io));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, ended: once(child, 'close') as Promise<[number | null]>, lines: () => said.trim().split('\n') };
}

const asked = 'Stopping: what was begun is finished first. Once more stops it now.';

test('a signal stops it cleanly', async () => {
  const { child, ended, lines } = program('Promise.resolve()');
  await until(() => lines().includes('up'));
  child.kill('SIGTERM');
  deepEqual([(await ended)[0], lines()], [0, ['up', asked, 'Stopped.']]);
});

test('a second one ends it now', async () => {
  const { child, ended, lines } = program('new Promise(() => undefined)');
  await until(() => lines().includes('up'));
  child.kill('SIGINT');
  await until(() => lines().includes(asked));
  await until(() => !child.kill('SIGINT')); // again and again: at first it is taken for the same
  deepEqual([(await ended)[0], lines()], [130, ['up', asked]]);
});

test('one Ctrl-C that comes twice, from the terminal and from npm, is one', async () => {
  const { child, ended, lines } = program("new Promise((done) => process.once('SIGUSR2', done))");
  await until(() => lines().includes('up'));
  child.kill('SIGINT');
  await until(() => lines().includes(asked));
  child.kill('SIGINT');
  child.kill('SIGUSR2');
  deepEqual([(await ended)[0], lines()], [0, ['up', asked, 'Stopped.']]);
});

const starting = 'new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} during the start ends that`, async () => {
    const { child, ended, lines } = program('undefined', starting);
    await until(() => lines().includes('up'));
    child.kill(signal);
    deepEqual([(await ended)[0], lines()], [130, ['up', asked, 'Stopped.']]);
  });
