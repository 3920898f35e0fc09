/** A process that takes what it is asked and never answers, as a stopped one does: a history is readable meanwhile, and at once. */
import { tables as histories } from '@ensemble/order-history/tables';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { keyboard, openDesk, rewrite } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { participants } from '../catalogue.ts';
import type { OrderView, WaitView } from './views.ts';

type Shown = OrderView & { readonly waitingFor?: readonly WaitView[] };

async function frozen() {
  const asked: string[] = [];
  const server = createServer(({ url = '' }) => void asked.push(url)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Far more than is waited for them, and far less than for what an answer cannot do without. */
const atOnce = 2_000;

test('an order is readable at once while those who know how it stands are frozen, and they are not asked about one that has ended', async () => {
  const standing = await frozen();
  const others = participants.map(({ name }) => name).filter((name) => name !== 'gateway');
  const back = await openDesk({ config: { services: others } });
  const routes = { ...Object.fromEntries(others.map((name) => [name, back.url])), 'order-saga': standing.url, monitor: standing.url };
  const front = await openDesk({ config: { services: ['gateway'], slot: '2', routes }, stores: back.stores, log: back.log });
  const soon = async (path: string): Promise<Shown> => {
    const began = performance.now();
    const { status, body } = await front.get(path);
    const took = performance.now() - began;
    equal(status, 200);
    ok(took < atOnce, `${path} took ${took} ms`);
    return body;
  };
  const longAgo = (orderId: string): Promise<void> =>
    rewrite(back, 'order-history', histories.orders, orderId, (row) => ({ ...row, updatedAt: 1_000 }));
  const heard = (orderId: string, messages: number) =>
    until(async () => {
      const { entries } = (await back.get(`/api/orders/${orderId}/timeline`)).body as { readonly entries?: readonly unknown[] };
      return entries?.length === messages;
    });
  try {
    for (const [flow, beforePayment] of [
      ['create-order', 3],
      ['choreography', 2],
    ] as const) {
      const ended = await front.place({ ...keyboard, flow });
      await heard(ended, 5);
      await longAgo(ended);
      for (const path of [`/api/orders/${ended}`, `/api/orders/${ended}/timeline`]) equal((await soon(path)).status, 'COMPLETED');
      deepEqual(
        standing.asked.filter((url) => /(orders|sagas)\//.test(url)),
        [],
      );

      back.database('payment', false);
      const running = await front.place({ ...keyboard, flow });
      await heard(running, beforePayment);
      await longAgo(running);
      const { status, waitingFor } = await soon(`/api/orders/${running}`);
      deepEqual([status, waitingFor], ['RUNNING', undefined]);
      equal((await soon(`/api/orders/${running}/timeline`)).status, 'RUNNING');
      ok(standing.asked.some((url) => /(orders|sagas)\//.test(url)));
      standing.asked.length = 0;
      back.database('payment', true);
    }
  } finally {
    await front.close();
    await back.close();
    standing.close();
  }
});
