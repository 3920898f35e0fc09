import { silentLog } from '@ensemble/engine';
import { order } from '@ensemble/order';
import { payment } from '@ensemble/payment';
import { shipment } from '@ensemble/shipment';
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
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
  const secrets = { payments: null, carrier: null };
  deepEqual(await openOutside([order], url, ground({ demo: false }).given), { ports: {}, secrets, where: null });
});

describe('what notices are signed with', () => {
  const given = { OUTSIDE_SECRET_PAYMENTS: 'one', OUTSIDE_SECRET_CARRIER: 'another' };
  const elsewhere = { outsideUrl: 'https://payments.example' };

  test('is given, for each its own', async () => {
    const { given: there, told } = ground(elsewhere, given);
    deepEqual((await openOutside([payment, shipment], url, there)).secrets, { payments: 'one', carrier: 'another' });
    deepEqual(told, []);
  });

  test('cannot be the same for both', async () => {
    const there = ground(elsewhere, { ...given, OUTSIDE_SECRET_CARRIER: 'one' }).given;
    await rejects(openOutside([payment], url, there), { code: 'CONFIG_INVALID', message: /are the same: each could write for the other/ });
  });

  test('that nobody could check is told of, where the service runs that would hear it', async () => {
    const both = ground(elsewhere);
    await openOutside([payment, shipment], url, both.given);
    deepEqual(both.told, [
      'OUTSIDE_SECRET_PAYMENTS is not set: no notice of the payment provider is taken',
      'OUTSIDE_SECRET_CARRIER is not set: no notice of the carrier is taken',
    ]);
    const one = ground(elsewhere, { OUTSIDE_SECRET_PAYMENTS: 'one' });
    await openOutside([payment], url, one.given);
    deepEqual(one.told, []);
  });

  test('is made for the simulated ones, where it is not given: another for each, and at each start', async (t) => {
    const opened = async (env: Ground['env'] = {}) => {
      const { given: there, close } = ground({}, env);
      t.after(close);
      return (await openOutside([payment, shipment], url, there)).secrets;
    };
    const all = [await opened(), await opened()].flatMap((secrets) => Object.values(secrets));
    equal(new Set(all).size, 4);
    for (const secret of all) match(secret ?? '', /^[\w-]{43}$/);
    const { payments, carrier } = await opened({ OUTSIDE_SECRET_CARRIER: 'given' });
    deepEqual([payments?.length, carrier], [43, 'given']);
  });
});
