/** The whole program: its simulated world listens on a port of its own, and what that writes comes in by the webhooks. */
import { testServers } from '@ensemble/testkit/servers';
import { deepEqual, match, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dropInstallation, newInstallation, type Started, start } from '../ensemble.ts';

const installation = newInstallation();
let shop: Started;
before(async () => {
  const { databaseUrl } = testServers();
  shop = await start({ installation, databaseUrl, flow: 'standard' }, { ENSEMBLE_SECRET: 'a secret' });
});
after(async () => {
  await shop.stop();
  await dropInstallation(testServers().databaseUrl, installation);
});

const pays = (paymentMethod: string) => shop.place({ lines: [{ productId: 'keyboard', quantity: 1 }], paymentMethod });
const worldUrl = (): string => {
  const line = shop.lines.find((each) => each.startsWith('  outside')) ?? '';
  match(line, /the payment provider and the carrier, simulated, at http:\/\/127\.0\.0\.1:\d+$/);
  return line.slice(line.indexOf('http'));
};

test('cards pay, whatever their provider does on the way, and one is refused', async () => {
  const ends = {
    card: 'COMPLETED',
    'flaky-card': 'COMPLETED',
    'later-card': 'COMPLETED',
    'slow-card': 'COMPLETED',
    'refusing-card': 'CANCELLED',
  };
  const orders = await Promise.all(Object.entries(ends).map(async ([card, end]) => [await pays(card), end] as const));
  for (const [orderId, end] of orders) await shop.reaches(orderId, end);
  const { done } = (await (await fetch(worldUrl())).json()) as { done: { folder: string; key: string; answer: { status: string } }[] };
  const charged = done.flatMap(({ folder, key, answer }) =>
    folder === 'charges' && answer.status === 'succeeded' ? [key.slice(0, key.indexOf('/'))] : [],
  );
  const completed = orders.flatMap(([orderId, end]) => (end === 'COMPLETED' ? [orderId] : []));
  deepEqual([new Set(charged), charged.length], [new Set(completed), completed.length]);
});

test('the carrier gives up on a parcel: by its webhook, and the order is taken back', async () => {
  const orderId = await pays('wallet');
  await shop.reaches(orderId, 'COMPLETED');
  const key = encodeURIComponent(`${orderId}/shipment.schedule`);
  const told = await fetch(`${worldUrl()}/parcels/${key}/failure`, { method: 'POST' });
  ok(told.ok);
  await told.body?.cancel();
  await shop.reaches(orderId, 'CANCELLED');
});

test('whoever does not know the secret is not heard', async () => {
  const answer = await fetch(`${shop.url}/webhooks/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"key":"x","status":"succeeded"}',
  });
  deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [401, 'NOTICE_UNSIGNED']);
});
