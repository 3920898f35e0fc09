import { deepEqual, match } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nothing, processesOf } from '../fixtures/program.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('npm passes SIGTERM on: what `npm start` started, with a PostgreSQL of its own, stops in order', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-npm-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const npm = spawn('npm', ['start', '--', '--ephemeral', '--port', '0', '--data', dir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => npm.kill('SIGKILL'));
  let out = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = once(npm, 'close');
  await nothing(() => (out.includes('Ensemble is running.') ? [] : [out]));
  npm.kill('SIGTERM');
  await ended;
  match(out, /^Stopped\.$/m);
  deepEqual(processesOf(dir), []);
});
