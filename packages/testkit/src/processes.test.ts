import { deepEqual, equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { basename } from 'node:path';
import { test } from 'node:test';
import { halt, processesOf } from './processes.ts';

/** A test process as the suite has them, with a program in a process group of its own that shares its stdout. */
const script = `
  import { spawn } from 'node:child_process';
  import { stopWithUs } from ${JSON.stringify(new URL('./processes.ts', import.meta.url).href)};
  stopWithUs(spawn('sleep', ['20'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] }));
  console.log('there');
  setInterval(() => undefined, 1_000);`;

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)
  test(`a test process that ${signal} ends takes its programs with it`, { timeout: 10_000 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close'); // when nobody has its stdout any more
    await once(child.stdout, 'data');
    child.kill(signal);
    equal((await closed)[0], code);
  });

test('a process is known by its command line', () => {
  const file = basename(import.meta.filename);
  equal(
    processesOf(file).some(({ pid }) => pid === process.pid),
    true,
  );
  deepEqual(processesOf(`${file}.${randomUUID()}`), []);
});

test('a process that is halted says nothing more until it may go on', { timeout: 10_000 }, async (t) => {
  const child = spawn(process.execPath, ['-e', "process.stdin.on('data', () => console.log('heard'))"], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  await halt(child.pid ?? 0);
  child.stdin.write('hello');
  await once(spawn(process.execPath, ['-e', '']), 'exit'); // as long as an answer takes
  equal(said, '');
  child.kill('SIGCONT');
  await t.waitFor(() => equal(said, 'heard\n'));
});
