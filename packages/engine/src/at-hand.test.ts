import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { broker } from '../fixtures/broker.ts';
import { settled, virtualClock } from '../fixtures/virtual-clock.ts';
import { atHand } from './at-hand.ts';
import { silentLog } from './log.ts';
import { publisher } from './publisher.ts';
import type { Delivery, Subscription } from './transport.ts';
import { nothing } from './work.ts';

const delivery = (value: string): Delivery => ({ topic: 't', partition: 0, offset: 0n, key: 'k', value, timestamp: 0 });
const job = { keys: () => [], decide: () => nothing };

/** A subscription that gives what the test hands it. */
function inbox() {
  let give = (_: readonly Delivery[]): void => undefined;
  let taken = 0;
  const subscription: Subscription = {
    take(_, signal) {
      taken += 1;
      return new Promise((resolve) => {
        give = resolve;
        signal?.addEventListener('abort', () => resolve([]));
      });
    },
    done: () => undefined,
    caughtUp: async () => undefined,
    serves: () => true,
    close: async () => undefined,
  };
  return { subscription, give: (...values: readonly string[]) => give(values.map(delivery)), taken: () => taken };
}

function given({ rests = 0, listens = true } = {}) {
  const clock = virtualClock();
  const transport = broker();
  const stop = new AbortController();
  const inward = inbox();
  const publishing = publisher({ transport, clock, log: silentLog, service: 'shelf' });
  const hands = atHand({
    service: 'shelf',
    subscription: listens ? inward.subscription : null,
    publisher: publishing,
    clock,
    stopping: stop.signal,
    rests,
  });
  const next = async (): Promise<readonly [values: readonly string[], jobs: number]> => {
    const { deliveries, jobs } = await hands.next();
    return [deliveries.map(({ value }) => value), jobs.length];
  };
  return { clock, transport, stop, inward, publishing, hands, next };
}

test('messages, as they come', async () => {
  const { next, inward } = given();
  const hand = next();
  await settled();
  inward.give('a', 'b');
  deepEqual(await hand, [['a', 'b'], 0]);
});

test('jobs, as they come, without a subscription too', async () => {
  const { next, hands } = given({ listens: false });
  const hand = next();
  void hands.perform(job);
  void hands.perform(job);
  deepEqual(await hand, [[], 2]);
});

test('a job does not lose the messages that were being taken', async () => {
  const { next, hands, inward } = given();
  const hand = next();
  await settled();
  void hands.perform(job);
  deepEqual(await hand, [[], 1]);
  inward.give('a');
  await settled();
  void hands.perform(job);
  deepEqual(await next(), [['a'], 1]); // both at hand: messages first
  equal(inward.taken(), 1);
});

test('no more than a thousand jobs at once; the others at once after', async () => {
  const { next, hands } = given({ listens: false });
  for (let n = 0; n < 1_500; n += 1) void hands.perform(job);
  deepEqual(
    [await next(), await next()],
    [
      [[], 1_000],
      [[], 500],
    ],
  );
});

test('while messages cannot go out none are taken, but jobs are', async () => {
  const { next, hands, inward, publishing, transport, clock } = given();
  transport.away = true;
  for (const id of ['1', '2']) publishing.push(id, []);
  const hand = next();
  await settled();
  equal(inward.taken(), 0);
  void hands.perform(job);
  deepEqual(await hand, [[], 1]);
  const after = next();
  transport.away = false;
  await clock.pass(250);
  inward.give('a');
  deepEqual(await after, [['a'], 0]);
});

test('a projection rests some times as long as its batch took, but not before the first', async () => {
  const { next, inward, clock } = given({ rests: 5 });
  const first = next();
  await settled();
  inward.give('a');
  deepEqual(await first, [['a'], 0]);
  await clock.pass(10);
  const second = next();
  await clock.pass(49);
  equal(inward.taken(), 1);
  await clock.pass(1);
  inward.give('b');
  deepEqual(await second, [['b'], 0]);
});

test('it does not rest while there is more than it could take', async () => {
  const { next, inward, clock } = given({ rests: 5 });
  const first = next();
  await settled();
  inward.give(...Array.from({ length: 4_000 }, () => 'a'));
  await first;
  await clock.pass(10);
  const second = next();
  await settled();
  equal(inward.taken(), 2);
  inward.give('b');
  deepEqual(await second, [['b'], 0]);
});

test('a subscription that was closed under a service is not asked in a circle', async () => {
  const { next, inward, clock } = given();
  const hand = next();
  await settled();
  inward.give();
  let over = false;
  void hand.then(() => (over = true));
  await clock.pass(249);
  equal(over, false);
  await clock.pass(1);
  deepEqual(await hand, [[], 0]);
});

test('a job that can wait aside is over when it is put there; any other is told', async () => {
  const { hands } = given({ listens: false });
  const parks = { messageId: 'm', reader: 'r', orderId: 'o', topic: 't', value: '{}' };
  const [parked, told] = [hands.perform({ ...job, parks }), hands.perform(job)];
  const hand = hands.next();
  for (const { settled: tell } of (await hand).jobs) tell?.(new Error('no'));
  await parked;
  await rejects(told, /no/);
});

test('when the service stops: the hand is empty, jobs are turned away', async () => {
  const { next, hands, stop } = given();
  const hand = next();
  await settled();
  stop.abort();
  deepEqual(await hand, [[], 0]);
  await rejects(hands.perform(job), { code: 'SERVICE_STOPPED' });
});

test('jobs that were waiting are taken once more, or turned away', async () => {
  const { next, hands, stop } = given({ listens: false });
  for (let n = 0; n < 2; n += 1) void hands.perform(job);
  stop.abort();
  deepEqual(await next(), [[], 2]);
  const other = given({ listens: false });
  const waiting = other.hands.perform(job);
  other.stop.abort();
  other.hands.close();
  await rejects(waiting, { code: 'SERVICE_STOPPED' });
});
