import { deepEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

/** A process whose work is done with exit code 3, and which has something open. */
async function program(open: string) {
  const script = `
    import { letGo } from ${JSON.stringify(new URL('./let-go.ts', import.meta.url).href)};
    ${open}
    process.exitCode = 3;
    letGo(process, { err: (line) => console.error(line) });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said];
}

test('what is still open does not hold the process, and is told of', async () => {
  deepEqual(await program('setInterval(() => undefined, 1_000);'), [3, 'It has ended; still open was: Timeout.\n']);
});

test('a process that nothing holds ends by itself, and says nothing', async () => {
  deepEqual(await program(''), [3, '']);
});
