import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Result } from './result.ts';

/** Milliseconds. */
const patience = 60_000;
const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Servers of its own, whatever the environment names. */
async function bench(...args: string[]): Promise<{ readonly code: unknown; readonly out: string; readonly err: string }> {
  const env = { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '' };
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env, timeout: patience });
  const closed = once(child, 'close') as Promise<unknown[]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

test('the targets of a document, measured: services go away and come back, and every order ends', async () => {
  const short = ['--seconds', '1', '--warm-up', '0', '--in-flight', '8', '--http', '20'];
  const { code, out, err } = await bench('--flow', 'choreography', ...short, '--json');
  equal(code, 0, `${err}\n${out}`);
  const { runs } = JSON.parse(out) as { readonly runs: readonly Result[] };
  const [{ orders, audit, targets } = {} as Result] = runs;
  ok(orders.placed > 0);
  deepEqual([orders.unfinished, orders.untold, audit?.findings], [0, 0, []]);
  deepEqual(targets?.without?.services, ['payment', 'shipment']);
  const { waited, placed, read } = targets?.without ?? { waited: 0, placed: null, read: null };
  ok(waited > (placed?.answered ?? 0) / 2, `${waited} waited: the services were not away`);
  ok((read?.answered ?? 0) > 0);
  deepEqual([read?.failed, targets?.orders.unfinished], [0, 0]);
  const wanted = targets?.compared.map(({ wanted: limit }) => limit);
  deepEqual(wanted, [{ most: 300 }, { most: 300 }, { least: 40_000 }, { most: 0 }, { most: 300 }, { most: 300 }]);
});
