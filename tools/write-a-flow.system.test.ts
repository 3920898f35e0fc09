/** The flow of docs/write-a-flow.md, started as the guide says, with the embedded PostgreSQL. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { follow, readGuide } from './guide.ts';

/** Until what does not come is given up. */
const patience = { timeout: 60_000 };
const house = mkdtempSync(join(tmpdir(), 'run-a-flow-'));
/** What it compiles goes with the copy. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(house, 'node_modules/.cache') };
const ensemble = (...args: readonly string[]): ChildProcessByStdio<null, Readable, null> =>
  spawn(process.execPath, ['apps/cli/src/main.ts', ...args], { cwd: house, env, stdio: ['ignore', 'pipe', 'inherit'] });

let server: ChildProcessByStdio<null, Readable, null> | undefined;
let url = '';

before(async () => {
  follow(readGuide(), house);
  server = ensemble('start', '--flow', 'gift-order', '--ephemeral', '--port', '0', '--data', join(house, 'data'));
  url = await said(server, /http:\/\/localhost:\d+/);
}, patience);
after(async () => {
  if (server?.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
  rmSync(house, { recursive: true, force: true });
});

/** The first match in what a program says. Errors: when it ends without. */
async function said({ stdout }: ChildProcessByStdio<null, Readable, null>, pattern: RegExp): Promise<string> {
  let out = '';
  for await (const text of stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    out += String(text);
    const [found] = pattern.exec(out) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`it ended without saying ${String(pattern)}:\n${out}`);
}

/** The messages that are printed of an order, and the exit code. */
async function order(...options: readonly string[]): Promise<readonly [messages: string, code: number | null]> {
  const child = ensemble('order', 'place', '--url', url, '--product', 'keyboard:2', '--watch', ...options);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return [[...out.matchAll(/^\d\d:\S+ +\S+ +(\w+)/gm)].map(([, message]) => message).join(' '), code];
}

test('an order is wrapped, and paid', patience, async () =>
  assert.deepEqual(await order(), ['GiftTaken GiftPriced GiftHeld GiftWrapped GiftPaid GiftFinished', 0]),
);

test('one that is not paid is unwrapped', patience, async () =>
  assert.deepEqual(await order('--payment', 'declined-card'), [
    'GiftTaken GiftPriced GiftHeld GiftWrapped GiftNotPaid UnwrapGift GiftUnwrapped ReleaseGift GiftReleased DropGift GiftDropped',
    3,
  ]),
);
