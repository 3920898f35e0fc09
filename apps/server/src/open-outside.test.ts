import { silentLog } from '@ensemble/engine';
import { order } from '@ensemble/order';
import { payment } from '@ensemble/payment';
import { deepEqual, match, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { complete, type Config } from './config.ts';
import { openOutside } from './open-outside.ts';
import type { Ground } from './servers.ts';

const url = 'http://127.0.0.1:1';

function ground(config: Partial<Config>, env: Ground['env'] = {}) {
  const told: string[] = [];
  const ends: (() => unknown)[] = [];
  const log = { ...silentLog, warn: (_: object, words: string) => void told.push(words) };
  const given: Ground = {
    config: complete(config),
    env,
    log,
    closing: (_, close) => void ends.push(close),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  return { given, told, close: () => Promise.all(ends.map((end) => end())) };
}

test('a shop that sells in earnest is not started on a simulated provider', async () => {
  await rejects(openOutside([payment], url, ground({ demo: false }).given), { code: 'CONFIG_INVALID', message: /OUTSIDE_URL=simulated/ });
});

test('unless it says so, or is a demo', async (t) => {
  for (const config of [{ demo: false, outsideUrl: 'simulated' }, {}]) {
    const { given, close } = ground(config);
    t.after(close);
    match((await openOutside([payment], url, given)).where ?? '', /^simulated, at http/);
  }
});

test('who asks nobody outside needs nobody there', async () => {
  deepEqual(await openOutside([order], url, ground({ demo: false }).given), { ports: {}, secret: null, where: null });
});

test('a provider whose notices nobody could check is told of', async () => {
  const { given, told } = ground({ outsideUrl: 'https://payments.example' });
  await openOutside([payment], url, given);
  deepEqual(told, ['OUTSIDE_SECRET is not set: no notice of the payment provider or the carrier is taken']);
});
