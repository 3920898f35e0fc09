import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clerk, sale, shelf } from '../fixtures/sale.ts';
import { altered, message as messageOf, order, station } from '../fixtures/station.ts';
import { desk, trade, yard } from '../fixtures/trade.ts';
import { deskRoutes, owedIn } from './desk.ts';
import { messageId } from './envelope.ts';
import { parkingLimit } from './parking.ts';
import type { Participant } from './participant.ts';
import { parked } from './tables.ts';

const message = (key: string): string => messageOf(key, order(1), key === 'PlaceOrder' ? {} : { reason: 'any' }, trade);

const broken = (participant: Participant, ...verbs: readonly string[]): Participant => {
  const fail = (): never => {
    throw new Error('out of order');
  };
  return { ...participant, decide: { ...participant.decide, ...Object.fromEntries(verbs.map((verb) => [verb, fail])) } };
};

async function given(participant: Participant) {
  const at = await station(participant, [trade]);
  const { order: one, all } = deskRoutes(participant, [trade]);
  return {
    ...at,
    /** Tries again as long as anything is. */
    async exhaust(): Promise<void> {
      for (let times = 0; times < parkingLimit; times += 1) {
        at.pass(60_000);
        await at.retry();
      }
    },
    onDesk: async (): Promise<readonly string[]> => {
      const found = await one.answer(at.store, { orderId: order(1), flow: 'trade' });
      deepEqual(await all.answer(at.store, {}), found);
      return found.map(({ operation, reason }) => `${operation}: ${reason}`);
    },
  };
}

test('owed is to begin an order, what undoes, what follows a do and what follows an undo; no do on its way, and nothing unasked', () => {
  const owed = (participant: Participant, flow = trade): readonly string[] =>
    owedIn(flow, participant).map(({ message: by, operation }) => `${by} → ${operation}`);
  deepEqual(owed(desk), [
    'PlaceOrder → desk.take',
    'Kept → desk.close',
    'Full → desk.drop',
    'Lost → desk.drop',
    'Withdraw → desk.drop',
    'Given → desk.settle',
  ]);
  deepEqual(owed(yard), ['Dropped → yard.give']);
  deepEqual(owed(clerk, sale), ['Buy → clerk.coordinator']);
  deepEqual(owed(shelf, sale), ['Printed → shelf.sell', 'Release → shelf.release']);
});

describe('a dead letter', () => {
  for (const [what, verb, before, asks] of [
    ['of a beginning', 'take', [], 'PlaceOrder'],
    ['of what follows a do', 'close', ['PlaceOrder'], 'Kept'],
    ['of an undo', 'drop', ['PlaceOrder'], 'Full'],
    ['of what follows an undo', 'settle', ['PlaceOrder', 'Full'], 'Given'],
  ] as const)
    test(`${what} puts its order on the desk, and no message that still waits does`, async () => {
      const at = await given(broken(desk, verb));
      for (const each of before) await at.take(message(each));
      await at.take(message(asks));
      deepEqual(await at.onDesk(), []);
      await at.exhaust();
      deepEqual(await at.onDesk(), [`desk.${verb}: Error: out of order`]);
    });

  test('of a do on the way does not: somebody takes the order back', async () => {
    const at = await given(broken(yard, 'keep'));
    await at.take(message('Taken'));
    await at.exhaust();
    deepEqual(
      (await at.asides()).map(({ reader, dead }) => [reader, dead]),
      [['yard.keep', true]],
    );
    deepEqual(await at.onDesk(), []);
  });

  test('of a new order is told before one of an old order, and of so many not all are', async () => {
    const at = await given(desk);
    const letter = {
      reader: 'desk.take',
      topic: 'desk',
      message: '{}',
      reason: 'a bug',
      attempts: 8,
      dead: true,
      nextAt: null,
      parkedAt: 0,
    };
    const orders = Array.from({ length: 1_001 }, (_, index) => order(index + 1));
    const unit = await at.store.begin();
    const insert = orders.map((orderId) => ({ ...letter, orderId, messageId: messageId(orderId, 'PlaceOrder') }));
    await unit.commit([{ table: parked, insert }]);
    const told = await deskRoutes(desk, [trade]).all.answer(at.store, {});
    deepEqual(
      told.map(({ orderId }) => orderId),
      orders.slice(1).toReversed(),
    );
  });

  test('that is tried again takes it off the desk', async () => {
    const at = await given(broken(desk, 'close'));
    await at.take(message('PlaceOrder'));
    await at.take(message('Kept'));
    await at.exhaust();
    const [letter] = await at.asides();
    const unit = await at.store.begin();
    await unit.commit([{ table: parked, update: letter ? [{ ...letter, dead: false, attempts: 0, nextAt: unit.now }] : [] }]);
    deepEqual(await at.onDesk(), []);
  });

  test('of what follows a do that was taken back meanwhile does not', async () => {
    const at = await given(broken(desk, 'close'));
    await at.take(message('PlaceOrder'));
    await at.take(message('Kept'));
    await at.exhaust();
    await at.take(message('Lost'));
    deepEqual(await at.onDesk(), []);
  });

  test('of a wish that came too late does not', async () => {
    const at = await given(broken(desk, 'drop'));
    await at.take(message('PlaceOrder'));
    await at.take(message('Withdraw'));
    await at.exhaust();
    deepEqual(await at.onDesk(), ['desk.drop: Error: out of order']);
    await at.take(message('Kept'));
    deepEqual(await at.onDesk(), []);
  });

  for (const [whose, before, key, operation] of [
    [yard, 'Taken', 'Dropped', 'yard.give'],
    [desk, 'PlaceOrder', 'Kept', 'desk.close'],
  ] as const)
    test(`of a message that was said again, and then taken, does not: ${operation}`, async () => {
      const at = await given(whose);
      await at.take(message(before));
      await at.take(altered(message(key), { data: {} }));
      deepEqual(await at.onDesk(), [`${operation}: MESSAGE_MISFIT: ${key} must have required properties orderId`]);
      await at.take(message(key));
      deepEqual([await at.onDesk(), (await at.asides()).length], [[], 1]);
    });

  test('of the order that a coordinator should begin puts it on the desk until it has begun', async () => {
    const at = await station(clerk, [sale]);
    const onDesk = async (): Promise<readonly string[]> => {
      const found = await deskRoutes(clerk, [sale]).order.answer(at.store, { orderId: order(1), flow: 'sale' });
      return found.map(({ operation }) => operation);
    };
    const buy = messageOf('Buy', order(1), { amount: 1 });
    await at.take(altered(buy, { data: {} }));
    deepEqual(await onDesk(), ['clerk.coordinator']);
    await at.take(buy);
    deepEqual(await onDesk(), []);
  });
});
