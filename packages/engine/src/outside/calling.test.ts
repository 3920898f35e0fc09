/** A service that asks outside, at work in one or more processes: whatever the provider does, it ends with its word, and once. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog } from '@ensemble/transport-memory';
import { bank, payment } from '../../fixtures/bank.ts';
import { hearing } from '../../fixtures/broker.ts';
import { mortal } from '../../fixtures/mortal.ts';
import { provider } from '../../fixtures/provider.ts';
import { message, order } from '../../fixtures/station.ts';
import { virtualClock } from '../../fixtures/virtual-clock.ts';
import { startService } from '../service.ts';
import type { Table } from '../store.ts';
import { Working } from '../working.ts';
import { calling } from './calling.ts';
import { type CallRow, calls } from './calls.ts';

const topics = [...new Set([...payment.messages.values()].map(({ topic }) => topic))];
const minute = 60_000;

async function bankAtWork() {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const log = memoryLog();
  log.prepare(topics, 1);
  const store = memoryStore({ now: () => clock.now() });
  const bankers = provider();
  const customer = mortal(log, clock);
  let ids = 0;
  const asks = (n: number, key: string, facts: object = {}) =>
    customer.transport.publish([{ topic: 'bank', key: order(n), value: message(key, order(n), { ...facts }, payment) }]);
  return {
    clock,
    bankers,
    async start(slot = 'a') {
      const process = mortal(log, clock);
      const { heard, log: told } = hearing();
      const errors: (readonly [unknown, string])[] = [];
      const asides: string[] = [];
      const service = await startService({
        participant: bank,
        flows: [payment],
        store: process.store(store),
        transport: process.transport,
        ports: { 'bank.charge': bankers, 'bank.refund': bankers },
        clock: process.clock(clock),
        log: { ...told, error: (fields, words) => void errors.push([fields, words]) },
        aside: ({ messageId }) => void asides.push(messageId),
        newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
        member: `bank-${slot}`,
      });
      return { process, service, errors, asides, warned: () => heard.filter(({ level }) => level === 'warn').map(({ words }) => words) };
    },
    charges: (n: number) => asks(n, 'Charge', { card: 'visa', amount: 30 }),
    refunds: (n: number) => asks(n, 'Refund'),
    said: (): readonly string[] =>
      Array.from({ length: Number(log.end({ topic: 'bank-said', partition: 0 })) }, (_, at) => {
        const { type, subject } = JSON.parse(log.read({ topic: 'bank-said', partition: 0 }, BigInt(at))?.value ?? '{}') as Record<
          string,
          string
        >;
        return `${type} ${subject?.slice(-1)}`;
      }),
    open: async () => (await store.select(calls, {})).length,
    kept: async () => (await store.select(bank.tables['takings'] as Table, {})).reduce((sum, { amount }) => sum + Number(amount), 0),
  };
}

test('it asks at once, and says the answer when it has the word', async () => {
  const at = await bankAtWork();
  const { service } = await at.start();
  await at.charges(1);
  await at.clock.pass(50);
  deepEqual([at.bankers.asked, at.said(), await at.open(), await at.kept()], [['ask 1/bank.charge'], ['Paid 1'], 0, 30]);
  await at.refunds(1);
  await at.clock.pass(50);
  deepEqual([at.bankers.asked.slice(1), at.said().slice(1), await at.kept()], [['ask 1/bank.refund'], ['Refunded 1'], 0]);
  await service.stop();
});

test('a provider that declines', async () => {
  const at = await bankAtWork();
  const { service } = await at.start();
  at.bankers.behave('declines');
  await at.charges(1);
  await at.clock.pass(50);
  deepEqual([at.said(), await at.kept()], [['Declined 1'], 0]);
  await service.stop();
});

describe('the answer is lost', () => {
  test('then it is asked what became of it, and not for it again', async () => {
    const at = await bankAtWork();
    const { service, warned } = await at.start();
    at.bankers.behave('lost');
    await at.charges(1);
    await at.clock.pass(50);
    deepEqual([at.said(), await at.open()], [[], 1]);
    await at.clock.pass(1_000);
    deepEqual([at.bankers.asked, at.said(), at.bankers.did.size], [['ask 1/bank.charge', 'find 1/bank.charge'], ['Paid 1'], 1]);
    equal(warned().length, 1);
    await service.stop();
  });

  test('an undo meanwhile says nothing until it is known; then the money is given back', async () => {
    const at = await bankAtWork();
    const { service } = await at.start();
    at.bankers.behave('lost');
    await at.charges(1);
    await at.refunds(1);
    await at.clock.pass(50);
    deepEqual(at.said(), []);
    at.bankers.behave('quick');
    await at.clock.pass(1_000);
    deepEqual(
      [at.said(), [...at.bankers.did.values()].map(({ says }) => says), await at.kept()],
      [['Refunded 1'], ['paid', 'refunded'], 0],
    );
    await service.stop();
  });
});

test('a provider that is away is asked again, slower and slower, and answers in the end', async () => {
  const at = await bankAtWork();
  const { service, warned } = await at.start();
  at.bankers.behave('away');
  await at.charges(1);
  await at.clock.pass(10 * minute);
  const tries = at.bankers.asked.length;
  ok(tries > 10 && tries < 25, `${tries}`);
  deepEqual([at.said(), warned().length], [[], 1]);
  at.bankers.behave('quick');
  await at.clock.pass(2 * minute);
  deepEqual([at.bankers.asked.slice(-2), at.said(), await at.open()], [['find 1/bank.charge', 'ask 1/bank.charge'], ['Paid 1'], 0]);
  await service.stop();
});

/** What is left of a request that was given up, at a provider of either kind. */
const kinds = [
  ['silent', 0],
  ['deaf', 1],
] as const;

for (const [behaviour, left] of kinds) {
  test(`a provider that never answers (${behaviour}) is let go after ten seconds, holds up nobody else, and is asked what became of it`, async () => {
    const at = await bankAtWork();
    const { service } = await at.start();
    at.bankers.behave(behaviour);
    await at.charges(1);
    await at.clock.pass(9_000);
    at.bankers.behave('quick');
    await at.charges(2);
    await at.clock.pass(500);
    deepEqual([at.said(), at.bankers.hanging()], [['Paid 2'], 1]);
    await at.clock.pass(2_000);
    deepEqual([at.said(), at.bankers.hanging(), at.bankers.did.size], [['Paid 2', 'Paid 1'], left, 2]);
    await service.stop();
  });

  test(`a service stops in the midst of a call to one (${behaviour}), and its successor ends it`, async () => {
    const at = await bankAtWork();
    const { service } = await at.start();
    at.bankers.behave(behaviour);
    await at.charges(1);
    await at.clock.pass(50);
    const began = at.clock.now();
    const stopped = service.stop().then(() => at.clock.now() - began);
    await at.clock.pass(5_000);
    ok((await stopped) < 1_000, `${await stopped} ms`);
    deepEqual([at.bankers.hanging(), await at.open()], [left, 1]);
    at.bankers.behave('quick');
    const next = await at.start();
    await at.clock.pass(minute);
    deepEqual([at.said(), at.bankers.did.size], [['Paid 1'], 1]);
    await next.service.stop();
  });
}

test('only what is on its way is given up at a stop', async () => {
  const at = await bankAtWork();
  const { service } = await at.start();
  for (const n of [1, 2, 3]) await at.charges(n);
  await at.clock.pass(50);
  at.bankers.behave('silent');
  await at.charges(4);
  await at.clock.pass(50);
  await Promise.all([service.stop(), at.clock.pass(1_000)]);
  deepEqual([at.said().length, at.bankers.givenUp()], [3, 1]);
});

test('what is claimed while the service stops is left to its successor', async () => {
  const stop = new AbortController();
  const bankers = provider();
  const asked = {
    flow: payment.name,
    on: 'Charge',
    facts: { orderId: order(1) },
    by: 'Charge',
    cause: null,
    version: null,
    traceparent: null,
  };
  const row: CallRow = { orderId: order(1), operation: 'bank.charge', request: {}, asked, undo: null, attempts: 1, nextAt: 0, askedAt: 0 };
  const working = new Working();
  working.loaded(calls, [[row.orderId, row.operation]], [row]);
  const outside = calling({
    participant: bank,
    ports: { 'bank.charge': bankers, 'bank.refund': bankers },
    store: { select: async () => [row] },
    clock: virtualClock(),
    log: hearing().log,
    perform: async ({ decide }) => {
      decide(working, 0);
      stop.abort();
    },
    hear: async () => undefined,
    stopping: stop.signal,
  });
  await outside.round(async () => 0);
  await outside.over();
  deepEqual(bankers.asked, []);
});

test('a word that comes later: pending, until it is found', async () => {
  const at = await bankAtWork();
  const { service, warned } = await at.start();
  at.bankers.behave('pending');
  await at.charges(1);
  await at.clock.pass(minute);
  deepEqual([at.said(), warned()], [[], []]);
  at.bankers.behave('quick');
  await at.clock.pass(minute);
  deepEqual([at.said(), at.bankers.asked.filter((each) => each.startsWith('ask'))], [['Paid 1'], ['ask 1/bank.charge']]);
  await service.stop();
});

describe("a webhook's word", () => {
  const paid = { orderId: order(1), operation: 'bank.charge', word: { says: 'paid', adds: { receipt: 'r-1' } } };
  test('comes before the answer of the call: it counts, and the answer changes nothing', async () => {
    const at = await bankAtWork();
    const { service } = await at.start();
    at.bankers.behave('silent');
    await at.charges(1);
    await at.clock.pass(50);
    await Promise.all([service.hear(paid), service.hear(paid), at.clock.pass(50)]);
    deepEqual([at.said(), await at.open(), await at.kept()], [['Paid 1'], 0, 30]);
    at.bankers.behave('quick');
    await at.clock.pass(minute);
    deepEqual([at.said(), await at.kept()], [['Paid 1'], 30]);
    await service.stop();
  });

  test('that contradicts the one which counts: told as an error, once, with the order and both words', async () => {
    const at = await bankAtWork();
    const { service, errors, asides } = await at.start();
    at.bankers.behave('silent');
    await at.charges(1);
    await at.clock.pass(50);
    const declined = { ...paid, word: { says: 'declined', adds: { reason: 'stolen' } } };
    await Promise.all([service.hear(declined), at.clock.pass(50)]);
    await Promise.all([service.hear(declined), at.clock.pass(50)]);
    deepEqual([at.said(), errors], [['Declined 1'], []]);
    at.bankers.behave('quick'); // it had taken the money, and says so whenever it is asked
    await Promise.all([service.hear(paid), at.clock.pass(50)]);
    await Promise.all([service.hear(paid), at.clock.pass(50)]);
    const message = `${order(1)}/bank.charge paid`;
    const reason = 'WORD_CONTRADICTS: bank.charge ended as declined; the later word is paid';
    const fields = { service: 'bank', orderId: order(1), message, reader: 'bank.charge', attempts: 1, reason };
    deepEqual([errors, asides], [[[fields, 'a word from outside contradicts what is known here']], [message]]);
    deepEqual([at.said(), await at.kept()], [['Declined 1'], 0]);
    await service.stop();
  });

  test('that cannot be is refused', async () => {
    const at = await bankAtWork();
    const { service } = await at.start();
    await rejects(service.hear({ ...paid, word: { says: 'stolen' } }), { code: 'WORD_MISFIT' });
    await service.stop();
  });
});

describe('a process that dies', () => {
  for (const behaviour of ['quick', 'lost', 'silent'] as const)
    test(`between its call and the word of a provider that is ${behaviour}: another asks what became of it`, async () => {
      const at = await bankAtWork();
      const { process } = await at.start();
      at.bankers.behave(behaviour);
      at.bankers.whenDone(() => process.kill());
      await at.charges(1);
      await at.clock.pass(50);
      deepEqual([at.bankers.did.size, at.said()], [1, []]);
      at.bankers.behave('quick');
      const { service } = await at.start('b');
      await at.clock.pass(1_000); // whoever follows does not wait until the call is due
      deepEqual([[...new Set(at.said())], at.bankers.did.size, await at.open(), await at.kept()], [['Paid 1'], 1, 0, 30]);
      await service.stop();
    });
});

test('two processes that find a call due ask once between them', async () => {
  const at = await bankAtWork();
  const running = [await at.start('a'), await at.start('b')];
  at.bankers.behave('away');
  await at.clock.pass(300); // the first round is over, to which everything is due
  await at.charges(1);
  await at.clock.pass(690);
  at.bankers.behave('pending');
  await at.clock.leap(20); // both look at the same moment
  await at.clock.pass(100);
  equal(at.bankers.asked.length, 3); // asked; what became of it; and again, since it never came there
  await Promise.all(running.map(({ service }) => service.stop()));
});

test('so many at once that they take turns: each is asked once', async () => {
  const at = await bankAtWork();
  const { service } = await at.start();
  for (let n = 1; n <= 150; n += 1) await at.charges(n);
  await at.clock.pass(200);
  deepEqual([at.said().length, at.bankers.asked.length, await at.open()], [150, 150, 0]);
  await service.stop();
});

test('a service that asks outside does not start without a port', async () => {
  const clock = virtualClock();
  const log = memoryLog();
  log.prepare(topics, 1);
  const { transport } = mortal(log, clock);
  const started = startService({
    participant: bank,
    flows: [payment],
    store: memoryStore(),
    transport,
    clock,
    log: hearing().log,
    newId: () => '',
    member: 'bank-a',
  });
  await rejects(started, { code: 'PORT_MISSING', details: { operation: 'bank.charge' } });
});
