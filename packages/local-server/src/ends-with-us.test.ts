import { deepEqual, equal } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Ending, endsWithUs, freePorts, isGone, isProcess, processes, signalProcess } from './main.ts';

/** Stands for a server; its pid may be given to somebody who takes it for another's. */
async function serverWith(t: TestContext, argument: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sh', ['-c', 'echo there; read -r _', 'sh', argument], { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as typeof child & { readonly pid: number };
}

/** A process that watches over the server, and is killed. What it leaves behind to do may still be under way. */
async function deathOfAnOwner(pid: number, ending: Ending): Promise<void> {
  const script = `import { endsWithUs } from ${JSON.stringify(import.meta.resolve('./main.ts'))};
    endsWithUs(${pid}, ${JSON.stringify(ending)});
    console.log('there');
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(owner.stdout, 'data');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

const watchers = (argument: string): readonly unknown[] =>
  processes().filter(({ command }) => command.startsWith('sh -c ours()') && command.includes(argument));

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-local-server-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a server ends with the process that started it, and its folder goes', { timeout: 20_000 }, async (t) => {
  const dir = folder(t);
  const server = await serverWith(t, dir);
  const ended = once(server, 'exit');
  await deathOfAnOwner(server.pid, { argument: dir, signal: 'QUIT', removes: dir });
  deepEqual(await ended, [null, 'SIGQUIT']);
  await t.waitFor(() => equal(existsSync(dir), false), { timeout: 10_000 });
});

test('a stranger with the number of a server that is gone lives on', { timeout: 20_000 }, async (t) => {
  const dir = folder(t);
  const stranger = await serverWith(t, `${dir}-of-another`);
  await deathOfAnOwner(stranger.pid, { argument: dir, signal: 'KILL', removes: dir });
  await t.waitFor(() => deepEqual([existsSync(dir), watchers(dir)], [false, []]), { timeout: 10_000 });
  equal(signalProcess(stranger.pid, dir, 'SIGKILL'), false);
  deepEqual([isProcess(stranger.pid, dir), isProcess(stranger.pid, `${dir}-of-another`)], [false, true]);
  equal(stranger.exitCode ?? stranger.signalCode, null);
});

test('the process that nobody has is no server', async (t) => {
  const server = await serverWith(t, 'one');
  const { pid } = server;
  equal(signalProcess(pid, 'one', 'SIGTERM'), true);
  await once(server, 'exit');
  deepEqual([isProcess(pid, 'one'), isGone(pid, 'one'), signalProcess(pid, 'one', 'SIGTERM')], [false, true, false]);
});

test('what was called off does nothing', { timeout: 20_000 }, async (t) => {
  const dir = folder(t);
  const server = await serverWith(t, dir);
  endsWithUs(server.pid, { argument: dir, signal: 'KILL', removes: dir })();
  await t.waitFor(() => deepEqual(watchers(dir), []), { timeout: 10_000 });
  deepEqual([existsSync(dir), isProcess(server.pid, dir), isGone(server.pid, dir)], [true, true, false]);
});

test('a server that ends is not gone before its port is free', { timeout: 30_000 }, async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const { port } = await freePorts('port');
    // So much memory that giving it back takes longer than a look.
    const script = `globalThis.held = Buffer.alloc(300_000_000, 1); require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('there'));`;
    const server = spawn(process.execPath, ['-e', script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => server.kill('SIGKILL'));
    await once(server.stdout, 'data');
    const pid = server.pid ?? 0;
    server.kill('SIGKILL');
    while (!isGone(pid, String(port)));
    const next = createServer().listen(port, '127.0.0.1');
    await once(next, 'listening');
    next.close();
  }
});

test('free ports are different ones', async () => {
  const { one, other } = await freePorts('one', 'other');
  equal(new Set([one, other, 0]).size, 3);
});
