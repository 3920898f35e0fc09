/** Orders before an outside world that is slow, fails, breaks off, falls silent, answers twice or later: how they end, and its books. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Behaviour, Part } from '@ensemble/simulated-world';
import { outsideShop } from './fixtures/outside-shop.ts';

const minute = 60_000;

async function opened(t: TestContext, flow = 'standard') {
  const shop = await outsideShop(flow);
  t.after(() => shop.stop());
  return shop;
}

/** When all is quiet nothing is wrong, in our books and in theirs. */
async function holds({ clock, findings }: Awaited<ReturnType<typeof outsideShop>>): Promise<void> {
  await clock.pass(minute);
  deepEqual(await findings(), []);
}

const parts: readonly Part[] = ['payments', 'carrier'];
/** Behaviours that lead to the word in the end, and how long that may take. */
const wordy: readonly (readonly [Behaviour, number])[] = [
  ['quick', 1_000],
  ['slow', 5_000],
  ['flaky', 5_000],
  ['lost', 5_000],
  ['later', 5_000],
  ['twice', 1_000],
];

for (const part of parts)
  describe(`${part}: an order is completed`, () => {
    for (const [behaviour, longest] of wordy)
      test(behaviour, async (t) => {
        const shop = await opened(t);
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        ok((await shop.reaches(orderId, 'COMPLETED')) <= longest);
        await holds(shop);
      });

    for (const behaviour of ['down', 'silent'] as const)
      test(`${behaviour}, and back before the order is given up`, async (t) => {
        const shop = await opened(t);
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        await shop.clock.pass(20_000);
        equal(await shop.status(orderId), 'RUNNING');
        shop.behave(part, null);
        await shop.reaches(orderId, 'COMPLETED', minute);
        await holds(shop);
      });
  });

for (const part of parts)
  describe(`${part}: an order is taken back`, () => {
    test('refusing', async (t) => {
      const shop = await opened(t);
      shop.behave(part, 'refusing');
      const orderId = await shop.place(1, 'card');
      await shop.reaches(orderId, 'CANCELLED', 2_000);
      await holds(shop);
    });

    for (const behaviour of ['down', 'silent'] as const)
      test(`${behaviour} for longer than the order waits: CANCELLING until it is known what became of it`, async (t) => {
        const shop = await opened(t);
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        await shop.reaches(orderId, 'CANCELLING', 10 * minute);
        await shop.clock.pass(minute);
        equal(await shop.status(orderId), 'CANCELLING');
        shop.behave(part, null);
        await shop.reaches(orderId, 'CANCELLED', 3 * minute);
        await holds(shop);
      });
  });

describe('the customer cancels while a card is being charged', () => {
  for (const behaviour of ['slow', 'flaky', 'lost', 'later', 'twice', 'refusing'] as const)
    test(behaviour, async (t) => {
      const shop = await opened(t);
      shop.behave('payments', behaviour);
      const orderId = await shop.place(1, 'card');
      while (shop.world.done().length === 0 && !['CANCELLED', 'COMPLETED'].includes(await shop.status(orderId))) await shop.clock.pass(5);
      await shop.cancel(orderId);
      await shop.clock.pass(minute);
      ok(['CANCELLED', 'COMPLETED'].includes(await shop.status(orderId)));
      await holds(shop);
    });
});

test('a later word finds an order that was cancelled meanwhile: charged, and paid back', async (t) => {
  const shop = await opened(t);
  shop.behave('payments', 'later');
  const orderId = await shop.place(1, 'card');
  await shop.clock.pass(200);
  await shop.cancel(orderId);
  await shop.clock.pass(200);
  equal(await shop.status(orderId), 'CANCELLING');
  await shop.reaches(orderId, 'CANCELLED', 10_000);
  deepEqual(
    shop.world.done().map(({ folder }) => folder),
    ['charges', 'refunds'],
  );
  await holds(shop);
});

test('the carrier gives up on a parcel of a completed order: it is taken back, and the card gets its money', async (t) => {
  const shop = await opened(t);
  const orderId = await shop.place(1, 'card');
  await shop.reaches(orderId, 'COMPLETED');
  shop.world.giveUp(`${orderId}/shipment.schedule`, 'nobody was at home');
  shop.world.giveUp(`${orderId}/shipment.schedule`, 'nobody was at home');
  await shop.reaches(orderId, 'CANCELLED', 10_000);
  await holds(shop);
});

test('a wallet is nobody else’s business', async (t) => {
  const shop = await opened(t, 'create-order');
  shop.behave('payments', 'silent');
  await shop.reaches(await shop.place(1, 'wallet'), 'COMPLETED', 1_000);
  deepEqual(shop.world.done(), []);
});

test('many orders at once, before a world that does everything in turn', async (t) => {
  const shop = await opened(t);
  const cards = ['card', 'slow-card', 'flaky-card', 'later-card', 'refusing-card', 'wallet', 'declined-card'];
  const orders = await Promise.all(Array.from({ length: 42 }, (_, n) => shop.place(n + 1, cards[n % cards.length] ?? 'card')));
  const behaviours: readonly Behaviour[] = ['lost', 'flaky', 'later', 'twice', 'slow'];
  for (const behaviour of behaviours) {
    shop.behave('carrier', behaviour);
    await shop.clock.pass(1_000);
  }
  await shop.clock.pass(minute);
  const ends = await Promise.all(orders.map((orderId) => shop.status(orderId)));
  deepEqual(
    ends,
    orders.map((_, n) => (['refusing-card', 'declined-card'].includes(cards[n % cards.length] ?? '') ? 'CANCELLED' : 'COMPLETED')),
  );
  await holds(shop);
});
