/**
 * Orders before an outside world that is slow, fails, breaks off, falls silent, answers twice or later: in every flow that asks anything
 * there, how they end, and its books.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from '@ensemble/flow';
import type { Behaviour } from '@ensemble/simulated-world';
import { asking, outsideShop, partsOf } from './fixtures/outside-shop.ts';

const minute = 60_000;
/** Milliseconds at a time where nothing but silence is waited for. */
const coarse = 5_000;

type Shop = Awaited<ReturnType<typeof outsideShop>>;

/** A test on a shop of its own. Time is virtual there: whatever takes real seconds hangs. */
const before = (flow: Flow, name: string, scenario: (shop: Shop) => Promise<void>): void =>
  void test(`${flow.name}: ${name}`, { timeout: 30_000 }, async () => {
    const shop = await outsideShop(flow);
    try {
      await scenario(shop);
    } finally {
      await shop.stop();
    }
  });

/** When all is quiet nothing is wrong, in our books and in theirs. */
async function holds({ passes, findings }: Shop): Promise<void> {
  await passes(5_000);
  await passes(minute, coarse);
  deepEqual(await findings(), []);
}

/** Behaviours that lead to the word in the end, and how long that may take. */
const wordy: readonly (readonly [Behaviour, number])[] = [
  ['quick', 1_000],
  ['slow', 5_000],
  ['flaky', 5_000],
  ['lost', 5_000],
  ['later', 5_000],
  ['twice', 1_000],
  ['early', 1_000],
];

/** An owner's clock takes its order back after a quarter of an hour. */
const longest = 20 * minute;

function isDecidedByCharge({ plan }: Flow): boolean {
  return plan?.groups.flat().some(({ kind, step }) => kind === 'pivot' && step === 'payment.charge') ?? false;
}

for (const flow of asking) {
  for (const part of partsOf(flow)) {
    for (const [behaviour, most] of wordy)
      before(flow, `${part} ${behaviour}: an order is completed`, async (shop) => {
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        ok((await shop.reaches(orderId, 'COMPLETED', minute)) <= most);
        await holds(shop);
      });

    for (const behaviour of ['down', 'silent'] as const)
      before(flow, `${part} ${behaviour}, and back before an order is given up: it is completed`, async (shop) => {
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        await shop.passes(20_000);
        equal(await shop.status(orderId), 'RUNNING');
        shop.behave(part, null);
        await shop.reaches(orderId, 'COMPLETED', minute);
        await holds(shop);
      });

    before(flow, `${part} refusing: an order is taken back`, async (shop) => {
      shop.behave(part, 'refusing');
      const orderId = await shop.place(1, 'card');
      await shop.reaches(orderId, 'CANCELLED', 2_000);
      await holds(shop);
    });

    for (const behaviour of ['down', 'silent'] as const)
      before(flow, `${part} ${behaviour} for longer than an order waits: CANCELLING until all is known`, async (shop) => {
        shop.behave(part, behaviour);
        const orderId = await shop.place(1, 'card');
        await shop.reaches(orderId, 'CANCELLING', longest, coarse);
        await shop.passes(minute, coarse);
        equal(await shop.status(orderId), 'CANCELLING');
        shop.behave(part, null);
        await shop.reaches(orderId, 'CANCELLED', 3 * minute, 1_000);
        await holds(shop);
      });
  }

  for (const behaviour of ['slow', 'flaky', 'lost', 'later', 'twice', 'early', 'refusing'] as const)
    before(flow, `payments ${behaviour}: the customer cancels while a card is being charged`, async (shop) => {
      shop.behave('payments', behaviour);
      const orderId = await shop.place(1, 'card');
      const decided = async (): Promise<boolean> => shop.world.done().length > 0 || (await shop.status(orderId)) === 'CANCELLED';
      for (let passed = 0; !(await decided()); passed += 5) {
        ok(passed < minute, 'nothing was charged, and the order is not cancelled');
        await shop.passes(5, 5);
      }
      await shop.cancel(orderId);
      await holds(shop);
      ok(['CANCELLED', 'COMPLETED'].includes(await shop.status(orderId)));
    });

  before(flow, 'a cancel before a later word: charged, and paid back', async (shop) => {
    shop.behave('payments', 'later');
    const orderId = await shop.place(1, 'card');
    await shop.passes(200, 5);
    await shop.cancel(orderId);
    await shop.passes(200, 5);
    // The pivot's answer decides: only before it, or where there is none, a cancel takes the order back.
    const [wanted, did] = isDecidedByCharge(flow)
      ? (['COMPLETED', ['charges']] as const)
      : (['CANCELLED', ['charges', 'refunds']] as const);
    equal(await shop.status(orderId), wanted === 'CANCELLED' ? 'CANCELLING' : 'RUNNING');
    await shop.reaches(orderId, wanted, 10_000);
    deepEqual(
      shop.world.done().map(({ folder }) => folder),
      did,
    );
    await holds(shop);
  });

  before(flow, 'a wallet is nobody else’s business', async (shop) => {
    shop.behave('payments', 'silent');
    await shop.reaches(await shop.place(1, 'wallet'), 'COMPLETED', 1_000);
    ok(shop.world.done().every(({ folder }) => folder === 'parcels'));
    await holds(shop);
  });

  before(flow, 'many orders at once, before a world that does everything in turn', async (shop) => {
    const cards = ['card', 'slow-card', 'flaky-card', 'later-card', 'refusing-card', 'wallet', 'declined-card'];
    const orders = await Promise.all(Array.from({ length: 42 }, (_, n) => shop.place(n + 1, cards[n % cards.length] ?? 'card')));
    const behaviours: readonly Behaviour[] = ['lost', 'flaky', 'later', 'twice', 'early', 'slow'];
    for (const behaviour of behaviours) {
      shop.behave('carrier', behaviour);
      await shop.passes(1_000);
    }
    await shop.passes(10_000);
    await holds(shop);
    const ends = await Promise.all(orders.map((orderId) => shop.status(orderId)));
    deepEqual(
      ends,
      orders.map((_, n) => (['refusing-card', 'declined-card'].includes(cards[n % cards.length] ?? '') ? 'CANCELLED' : 'COMPLETED')),
    );
  });

  if (partsOf(flow).includes('carrier'))
    before(flow, 'the carrier gives up on a parcel of a completed order: it is taken back, and the card gets its money', async (shop) => {
      const orderId = await shop.place(1, 'card');
      await shop.reaches(orderId, 'COMPLETED', minute);
      shop.world.giveUp(`${orderId}/shipment.schedule`, 'nobody was at home');
      shop.world.giveUp(`${orderId}/shipment.schedule`, 'nobody was at home');
      await shop.reaches(orderId, 'CANCELLED', 10_000);
      await holds(shop);
    });
}
