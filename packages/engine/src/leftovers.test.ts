import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { broker, hearing } from '../fixtures/broker.ts';
import { counting } from '../fixtures/counting.ts';
import { settled, virtualClock } from '../fixtures/virtual-clock.ts';
import type { Job } from './at-hand.ts';
import { pack } from './batch.ts';
import { publishLeftovers } from './leftovers.ts';
import { publisher } from './publisher.ts';
import { outbox } from './tables.ts';

const now = 100_000;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const row = (n: number, createdAt: number) => ({ id: id(n), createdAt, payload: pack([{ topic: 't', key: 'k', value: String(n) }]) });

async function given(...rows: readonly ReturnType<typeof row>[]) {
  const { store, run } = counting();
  await (await store.begin()).commit([{ table: outbox, insert: rows }]);
  const transport = broker();
  const publishing = publisher({ transport, clock: virtualClock(), log: hearing().log, service: 'shelf' });
  const perform = async (job: Job): Promise<void> => void (await run({ parks: null, ...job }));
  return {
    transport,
    publishing,
    publish: () =>
      publishLeftovers(
        {
          store,
          transport,
          publisher: publishing,
          perform,
        },
        now,
      ),
    left: async () => (await store.select(outbox, { orderBy: [['createdAt', 'asc']] })).map((each) => each['id']),
  };
}

test('rows older than three seconds are said and deleted, the oldest first; younger ones are in good hands', async () => {
  const { publish, transport, left } = await given(row(1, now - 3_000), row(2, now - 9_000), row(3, now - 2_999));
  equal(await publish(), 2);
  deepEqual([transport.calls, await left()], [[['2', '1']], [id(3)]]);
  equal(await publish(), 0);
});

test('not those that this process is about to say, or has just said', async () => {
  const { publish, publishing, transport, left } = await given(row(1, 0), row(2, 0));
  publishing.push(id(1), []);
  await settled();
  equal(await publish(), 1);
  deepEqual([transport.calls, await left()], [[[], ['2']], [id(1)]]);
});

test('while the broker is away they stay', async () => {
  const { publish, transport, left } = await given(row(1, 0));
  transport.away = true;
  await rejects(publish(), { code: 'TRANSPORT_UNAVAILABLE' });
  deepEqual(await left(), [id(1)]);
});

test('what waits is told, however much it is', async () => {
  for (const rows of [3, 45]) {
    const { publish, publishing, transport } = await given(...Array.from({ length: rows }, (_, n) => row(n, n)));
    transport.away = true;
    await rejects(publish(), { code: 'TRANSPORT_UNAVAILABLE' });
    equal(publishing.unsent(), rows);
    transport.away = false;
    while ((await publish()) > 0);
    equal(publishing.unsent(), 0);
  }
});

test('a long backlog goes out part by part', async () => {
  const { publish, left } = await given(...Array.from({ length: 45 }, (_, n) => row(n, n)));
  deepEqual([await publish(), await publish(), await publish(), await publish(), await left()], [20, 20, 5, 0, []]);
});
