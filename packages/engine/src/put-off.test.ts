/** Decisions that say `notYet`. */
import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fullPile, shelf } from '../fixtures/sale.ts';
import { message, order, station } from '../fixtures/station.ts';
import type { Rows } from './participant.ts';
import type { Table } from './store.ts';

const [one, two] = [order(1), order(2)];
const records = shelf.tables['record'] as Table;

/** How a shelf reserves that has to be counted first. */
const onceCounted =
  (lastly = {}) =>
  (view: { readonly piles: Rows<Table> }, facts: never): unknown =>
    view.piles.get(fullPile.name) ? shelf.decide['reserve']?.(view as never, facts) : { notYet: 'nobody has counted the pile', ...lastly };

test('what is put off waits aside, and is decided anew: done then, or nothing any more where it was taken back', async () => {
  const counted = { ...shelf, decide: { ...shelf.decide, reserve: onceCounted() } };
  const { store, take, retry, pass, said, asides, rows } = await station(counted);
  await take(message('Reserve', one, { amount: 30 }), message('Reserve', two, { amount: 30 }));
  await take(message('Release', two));
  deepEqual(
    [await rows(records), (await said()).map(({ type }) => type)].map((each) => each.length),
    [1, 1], // of the second: there was nothing to release
  );
  deepEqual(
    (await asides()).map(({ messageId, reader, reason, attempts, dead }) => [messageId, reader, reason, attempts, dead]),
    [one, two].map((id) => [`${id}/Reserve`, 'shelf.reserve', 'nobody has counted the pile', 1, false]),
  );
  await (await store.begin()).commit([{ table: shelf.tables['piles'] as Table, insert: [fullPile] }]);
  pass(500);
  await retry();
  deepEqual(
    [await asides(), (await said()).map(({ type, subject }) => [type, subject])],
    [
      [],
      [
        ['Released', two],
        ['Reserved', one],
      ],
    ],
  );
  deepEqual(await rows(shelf.tables['piles'] as Table), [{ name: 'the pile', available: 70, held: 30, sold: 0 }]);
});

describe('what is put off by a decision that says how it ends at last', () => {
  const atLast = { says: 'unavailable', adds: { reason: 'nobody ever counted the pile' } };
  const waiting = () => station({ ...shelf, decide: { ...shelf.decide, reserve: onceCounted({ atLast }) } });
  type Waiting = Awaited<ReturnType<typeof waiting>>;
  const triedAgain = async ({ retry, pass }: Waiting, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      pass(60_000);
      await retry();
    }
  };

  test('waits as long as others do, and then ends so, as if it had been decided at once', async () => {
    const shop = await waiting();
    await shop.take(message('Reserve', one, { amount: 30 }));
    await triedAgain(shop, 6);
    deepEqual([(await shop.asides()).map(({ attempts, dead }) => [attempts, dead]), await shop.said()], [[[7, false]], []]);
    await triedAgain(shop, 1);
    const said = await shop.said();
    deepEqual(
      [await shop.asides(), said.map(({ type, data }) => [type, data['reason']])],
      [[], [['Unavailable', 'nobody ever counted the pile']]],
    );
    await shop.take(message('Reserve', one, { amount: 30 }));
    deepEqual(await shop.said(), [...said, ...said]);
    deepEqual(
      (await shop.rows(records)).map(({ state }) => state),
      ['refused'],
    );
  });

  test('however often it is asked again meanwhile', async () => {
    const shop = await waiting();
    for (let time = 0; time < 20; time += 1) await shop.take(message('Reserve', one, { amount: 30 }));
    deepEqual([(await shop.asides()).map(({ attempts, dead }) => [attempts, dead]), await shop.said()], [[[1, false]], []]);
  });

  test('is decided as ever where what it waits for comes, at the last moment too', async () => {
    const shop = await waiting();
    await shop.take(message('Reserve', one, { amount: 30 }));
    await triedAgain(shop, 6);
    await (await shop.store.begin()).commit([{ table: shelf.tables['piles'] as Table, insert: [fullPile] }]);
    await triedAgain(shop, 1);
    deepEqual([await shop.asides(), (await shop.said()).map(({ type }) => type)], [[], ['Reserved']]);
  });
});
