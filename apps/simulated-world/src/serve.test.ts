/** The simulated world over real HTTP: each behaviour as whoever asks sees it, what it writes by itself, and its control routes. */
import { isSigned, remoteAt, signatureHeader } from '@ensemble/outside';
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Served, serveWorld } from './serve.ts';
import type { Part } from './world.ts';

const secrets = { payments: 'between us and the provider', carrier: 'between us and the carrier' };
const parts: readonly Part[] = ['payments', 'carrier'];
const orderId = (n: number): string => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const signal = new AbortController().signal;
const written: { readonly path: string; readonly notice: unknown; readonly signer: string | undefined }[] = [];
const taken = new EventEmitter();
let refusals = 0;
let reader: Server;
let world: Served;
let orders = 0;

before(async () => {
  reader = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      refusals -= 1;
      if (refusals < 0)
        written.push({
          path: request.url ?? '',
          notice: JSON.parse(body),
          signer: parts.find((part) => isSigned(secrets[part], body, request.headers[signatureHeader])),
        });
      response.writeHead(refusals < 0 ? 204 : 503).end();
      taken.emit('written');
    });
  });
  await new Promise<void>((resolve) => void reader.listen(0, '127.0.0.1', resolve));
  const webhooks = `http://127.0.0.1:${(reader.address() as AddressInfo).port}/webhooks`;
  world = await serveWorld({ port: 0, host: '127.0.0.1', webhooks, secrets });
});
after(async () => {
  await world.close();
  reader.close();
  reader.closeAllConnections();
});
beforeEach(() => {
  orders += 1;
  refusals = 0;
  written.length = 0;
});

const chargeKey = (): string => `${orderId(orders)}/payment.charge`;
const path = (folder = 'charges', key = chargeKey()): string => `/${folder}/${encodeURIComponent(key)}`;
const put = (card = 'card') => remoteAt(world.url).put(path(), { card, amount: 300 }, signal);
const get = () => remoteAt(world.url).get(path(), signal);
const charged = () => ({ status: 'succeeded', reference: `charge-${orderId(orders)}` }) as const;

async function control(part: string, behaviour: string | null): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${world.url}/behaviour/${part}`, { method: 'PUT', headers, body: JSON.stringify({ behaviour }) });
  await answer.body?.cancel();
  return answer.status;
}

/** Resolves once so many have been written since the test began. */
async function writes(count: number): Promise<void> {
  while (written.length < count) await new Promise<void>((resolve) => void taken.once('written', resolve));
}

test('asked twice it does it once; what was never asked for is not there', async () => {
  equal(await get(), null);
  deepEqual([await put(), await put(), await get()], [charged(), charged(), charged()]);
  equal(world.world.done().filter(({ key }) => key === chargeKey()).length, 1);
});

test('a card that is refused, and what is done with no other', async () => {
  deepEqual(
    [await put('refusing-card'), await get()].map((answer) => answer?.status),
    ['refused', 'refused'],
  );
});

test('flaky: fails, breaks off when it is done, and answers', async () => {
  await rejects(put('flaky-card'), /answers 503/);
  equal(await get(), null);
  await rejects(put('flaky-card'), { code: 'OUTSIDE_UNREACHED' });
  deepEqual([await get(), await put('flaky-card')], [charged(), charged()]);
});

test('lost: it is done, and the connection is cut', async () => {
  await rejects(put('lost-card'), { code: 'OUTSIDE_UNREACHED' });
  deepEqual(await get(), charged());
});

test('silent: no answer, and nothing is done', async () => {
  const late = AbortSignal.timeout(50);
  await rejects(remoteAt(world.url).put(path(), { card: 'silent-card' }, late), { code: 'OUTSIDE_UNREACHED' });
  equal(await get(), null);
});

test('later: it is written when it is done, signed, again until it is taken', async () => {
  refusals = 1;
  deepEqual([await put('later-card'), await get()], [{ status: 'pending' }, { status: 'pending' }]);
  await writes(1);
  deepEqual(written, [{ path: '/webhooks/payments', notice: { key: chargeKey(), ...charged() }, signer: 'payments' }]);
  deepEqual(await get(), charged());
});

test('twice: answered, and written', async () => {
  deepEqual(await put('twice-card'), charged());
  await writes(1);
});

test('early: written first, then answered', async () => {
  const answer = put('early-card');
  await writes(1);
  deepEqual(await answer, charged());
});

test('a refund behaves as its card does', async () => {
  await put('twice-card');
  await writes(1);
  const refund = await remoteAt(world.url).put(path('refunds', `${orderId(orders)}/payment.refund`), { paymentId: 'x' }, signal);
  equal(refund.status, 'succeeded');
  await writes(2);
});

describe('told by its control routes', () => {
  test('a part behaves so for everybody, until it is told otherwise', async () => {
    equal(await control('payments', 'down'), 200);
    await rejects(put(), /answers 503/);
    await rejects(get(), /answers 503/);
    equal(await control('payments', null), 200);
    deepEqual(await put(), charged());
  });

  test('what it cannot be told', async () => {
    deepEqual([await control('payments', 'kind'), await control('nobody', 'quick')], [422, 404]);
    const broken = await fetch(`${world.url}/behaviour/carrier`, { method: 'PUT', body: '{' });
    equal(broken.status, 400);
    await broken.body?.cancel();
  });

  test('the carrier gives up on a parcel', async () => {
    const key = `${orderId(orders)}/shipment.schedule`;
    const answer = await fetch(`${world.url}${path('parcels', key)}/failure`, { method: 'POST' });
    await answer.body?.cancel();
    await writes(1);
    const notice = { key, status: 'failed', reason: 'nobody was at home' };
    deepEqual(written, [{ path: '/webhooks/carrier', notice, signer: 'carrier' }]);
  });

  test('what it did', async () => {
    await put();
    const books = (await (await fetch(world.url)).json()) as { done: { key: string }[] };
    ok(books.done.some(({ key }) => key === chargeKey()));
  });
});
