import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EnsembleError } from '@ensemble/errors';
import { clerk } from '../../fixtures/sale.ts';
import { message, now, order, station } from '../../fixtures/station.ts';
import type { Job } from '../at-hand.ts';
import { nothing } from '../work.ts';
import { deadlines, overdueSagas } from './deadlines.ts';
import { sagas } from './saga.ts';

/** A clerk that asked for a reservation when the test began. */
async function given() {
  const at = await station(clerk);
  await at.take(message('Buy', order(1), { amount: 3 }));
  let unread = async (): Promise<void> => undefined;
  const world = { flowing: 0 as number | null, up: true, elsewhere: new Set<string>() };
  const perform = async (job: Job): Promise<void> => at.work([{ parks: null, ...job }]);
  const setting = {
    store: at.store,
    perform,
    stopping: new AbortController().signal,
    transport: {
      health: () => ({
        up: world.up,
        problem: '',
      }),
    },
    publisher: { flowingSince: () => world.flowing },
    subscription: { caughtUp: () => unread(), serves: (key: string) => !world.elsewhere.has(key) },
    async decided() {
      let time = 0;
      await perform({
        keys: () => [],
        decide(_, when) {
          time = when;
          return nothing;
        },
      });
      return time;
    },
  };
  const round = deadlines(setting, overdueSagas(at.recipient.plans, 'clerk'));
  return {
    at,
    world,
    round,
    /** What is read while the round waits to have read everything. */
    reads: (call: () => Promise<void>) => void (unread = call),
    asked: async () => (await at.said()).map(({ type }) => type),
    dueIn: async () => (await at.rows(sagas)).map(({ dueAt }) => (dueAt === null ? null : (dueAt as number) - now)),
  };
}

test('what is due is asked again, and what is not is left', async () => {
  const { at, round, asked } = await given();
  await round();
  at.pass(4_999);
  await round();
  deepEqual(await asked(), ['Reserve']);
  at.pass(1);
  await round();
  deepEqual(await asked(), ['Reserve', 'Reserve']);
  await round();
  deepEqual(await asked(), ['Reserve', 'Reserve']);
});

test('two processes that fire at once ask once', async () => {
  const { at, round, asked } = await given();
  await round();
  at.pass(5_000);
  await Promise.all([round(), round()]);
  deepEqual(await asked(), ['Reserve', 'Reserve']);
});

describe('an answer that is in the log already counts before the deadline', () => {
  test('it is read first', async () => {
    const { at, round, reads, asked } = await given();
    await round();
    at.pass(5_000);
    reads(() => at.take(message('Reserved', order(1))));
    await round();
    deepEqual(await asked(), ['Reserve', 'Charge']);
  });

  test('while it cannot be read nothing fires, and afterwards everything gets its time again', async () => {
    const { at, round, reads, asked, dueIn } = await given();
    await round();
    at.pass(3_600_000);
    reads(async () => {
      throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'the log cannot be asked');
    });
    await rejects(round, { code: 'TRANSPORT_UNAVAILABLE' });
    reads(async () => undefined);
    await round();
    deepEqual([await asked(), await dueIn()], [['Reserve'], [3_605_000]]);
    at.pass(5_000);
    await round();
    deepEqual(await asked(), ['Reserve', 'Reserve']);
  });
});

describe('where another process reads the answers', () => {
  test('it asks again, and this one does not', async () => {
    const { at, world, round, asked } = await given();
    await round();
    world.elsewhere.add(order(1));
    at.pass(5_000);
    await round();
    deepEqual(await asked(), ['Reserve']);
    world.elsewhere.clear();
    await round();
    deepEqual(await asked(), ['Reserve', 'Reserve']);
  });

  test('since this one read up to now: its answer may be unread there', async () => {
    const { at, world, round, reads, asked } = await given();
    await round();
    at.pass(5_000);
    reads(async () => void world.elsewhere.add(order(1)));
    await round();
    deepEqual(await asked(), ['Reserve']);
  });

  test('however many are due there, those that are due here are found', async () => {
    const { at, world, round, asked } = await given();
    await round();
    const others = Array.from({ length: 1_000 }, (_, n) => order(n + 2));
    await at.take(...others.slice(0, -1).map((other) => message('Buy', other, { amount: 3 })));
    await at.take(message('Buy', others.at(-1) ?? '', { amount: 3 }));
    for (const other of [order(1), ...others.slice(0, -1)]) world.elsewhere.add(other);
    const before = (await asked()).length;
    at.pass(5_000);
    await round();
    deepEqual((await asked()).slice(before), ['Reserve']);
  });
});

describe('silence is none', () => {
  test('while own messages do not go out', async () => {
    const { at, world, round, asked, dueIn } = await given();
    await round();
    world.flowing = null;
    at.pass(3_600_000);
    await round();
    deepEqual(await asked(), ['Reserve']);
    world.flowing = 77;
    await round();
    deepEqual([await asked(), await dueIn()], [['Reserve'], [3_605_000]]);
  });

  test('even if they came to a stop and went on between two rounds', async () => {
    const { at, world, round, asked } = await given();
    await round();
    at.pass(5_000);
    world.flowing = 77;
    await round();
    deepEqual(await asked(), ['Reserve']);
  });

  test('while the broker is away', async () => {
    const { at, world, round, asked, dueIn } = await given();
    await round();
    world.up = false;
    await round();
    at.pass(60_000);
    world.up = true;
    await round();
    deepEqual([await asked(), await dueIn()], [['Reserve'], [65_000]]);
  });

  test('before this process was there', async () => {
    const { at, round, asked, dueIn } = await given();
    at.pass(60_000);
    await round();
    deepEqual([await asked(), await dueIn()], [['Reserve'], [65_000]]);
  });

  test('when messages stop while the round reads', async () => {
    const { at, world, round, reads, asked } = await given();
    await round();
    at.pass(5_000);
    reads(async () => void (world.flowing = null));
    await round();
    deepEqual(await asked(), ['Reserve']);
  });
});

test('what has ended meanwhile is not asked', async () => {
  const { at, round, reads, asked } = await given();
  await round();
  at.pass(5_000);
  reads(() => at.take(message('Unavailable', order(1), { reason: 'no' })));
  await round();
  deepEqual(await asked(), ['Reserve']);
  equal((await at.rows(sagas))[0]?.['state'], 'COMPENSATED');
});
