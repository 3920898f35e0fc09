/** Whole services over memory: the life of orders, and what outages and stops do to it. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryTransport } from '@ensemble/transport-memory';
import { hearing } from '../fixtures/broker.ts';
import { book, clerk, sale, shelf, till } from '../fixtures/sale.ts';
import { shop } from '../fixtures/shop.ts';
import { settled } from '../fixtures/virtual-clock.ts';
import { pack } from './batch.ts';
import { startService } from './service.ts';
import type { Table } from './store.ts';
import { outbox } from './tables.ts';
import { nothing } from './work.ts';

const ended = { '1': 'COMPLETED', '2': 'COMPENSATED', '3': 'COMPENSATED' };
const threeOrders = async ({ buys }: Awaited<ReturnType<typeof shop>>): Promise<void> => {
  await buys(1, 30);
  await buys(2, 200); // more than there is
  await buys(3, 60); // more than the till takes
};
const pages = book.tables['pages'] as Table;

test('orders end: sold, refused by the shelf, declined by the till and released', async () => {
  const at = await shop();
  const { stop } = await at.start('a');
  await threeOrders(at);
  await at.clock.pass(1_000);
  deepEqual(await at.states(), ended);
  deepEqual(await at.sums(), [{ name: 'the pile', available: 70, held: 0, sold: 30 }, 30]);
  deepEqual(at.said().toSorted(), [
    'Buy 1',
    'Buy 2',
    'Buy 3',
    'Charge 1',
    'Charge 3',
    'Declined 3',
    'Paid 1',
    'Print 1',
    'Printed 1',
    'Release 3',
    'Released 3',
    'Reserve 1',
    'Reserve 2',
    'Reserve 3',
    'Reserved 1',
    'Reserved 3',
    'Unavailable 2',
  ]);
  deepEqual(
    (await at.rows<{ heard: string[] }>(book, pages)).map(({ heard }) => heard),
    [
      ['Paid', 'Printed', 'Reserved'],
      ['Released', 'Reserved'],
    ],
  );
  await at.clock.pass(2_000);
  equal(await at.pending(), 0);
  await stop();
});

test('two processes share the work, and which of them does a thing makes no difference', async () => {
  const at = await shop();
  const running = [await at.start('a'), await at.start('b', [shelf, till, clerk])];
  await threeOrders(at);
  await at.clock.pass(1_000);
  deepEqual([await at.states(), await at.sums()], [ended, [{ name: 'the pile', available: 70, held: 0, sold: 30 }, 30]]);
  await Promise.all(running.map(({ stop }) => stop()));
});

describe('the broker is away', () => {
  test('work goes on to the outbox, no deadline fires, and all of it goes out afterwards, once', async () => {
    const at = await shop();
    const { process, services, heard, stop } = await at.start('a');
    await at.buys(1, 30);
    process.life.brokerAway = true;
    await at.clock.pass(120_000);
    deepEqual(await at.states(), { '1': 'RUNNING open' });
    const health = services.get('clerk')?.health();
    deepEqual([health?.up, health?.problems, health?.unsent], [false, ['the broker is away'], 1]);
    process.life.brokerAway = false;
    await at.clock.pass(1_000);
    deepEqual(await at.states(), { '1': 'COMPLETED' });
    equal(at.said().filter((said) => said === 'Reserve 1').length, 1);
    deepEqual(
      heard.filter(({ words }) => words.includes('takes no messages')).map(({ level }) => level),
      ['warn', 'info'],
    );
    await stop();
  });

  test('with two batches unsent it takes no more messages, but jobs', async () => {
    const at = await shop();
    const { process, services, stop } = await at.start('a', [clerk]);
    process.life.brokerAway = true;
    for (let n = 1; n <= 5; n += 1) {
      await at.buys(n, 1);
      await at.clock.pass(300);
    }
    deepEqual(Object.keys(await at.states()), ['1', '2']);
    deepEqual(services.get('clerk')?.health().problems, ['the broker is away', 'messages wait in the outbox']);
    await services
      .get('clerk')
      ?.perform({ keys: () => [], decide: () => ({ rows: [], says: [{ topic: 'clerk', key: 'k', value: '{}' }] }) });
    process.life.brokerAway = false;
    await at.clock.pass(1_000);
    deepEqual(Object.keys(await at.states()), ['1', '2', '3', '4', '5']);
    await stop();
  });
});

test('who watches the batches and fails stops nothing, and nothing is done twice', async () => {
  const at = await shop();
  const { heard, log } = hearing();
  const service = await startService({
    participant: shelf,
    flows: [sale],
    store: at.store(shelf),
    transport: memoryTransport({ log: at.log, clock: () => at.clock.now() }),
    clock: at.clock,
    log,
    newId: at.newId,
    member: 'shelf-a',
    committed: () => {
      throw new Error('it cannot count');
    },
  });
  const clerks = await at.start('b', [clerk]);
  await at.buys(1, 30);
  await at.clock.pass(2_000);
  deepEqual(at.said(), ['Buy 1', 'Reserve 1', 'Reserved 1', 'Charge 1']);
  ok(heard.some(({ words }) => words.startsWith('whoever was told of a batch failed')));
  await Promise.all([service.stop(), clerks.stop()]);
});

describe('the database is away', () => {
  test('messages wait until it is back; jobs are told; the log says it once', async () => {
    const at = await shop();
    const { process, services, heard, stop } = await at.start('a', [shelf, till, clerk]);
    process.life.databaseAway = true;
    await at.buys(1, 30);
    await rejects(services.get('till')?.perform({ keys: () => [], decide: () => nothing }) ?? Promise.resolve(), {
      code: 'STORE_UNAVAILABLE',
    });
    await at.clock.pass(60_000);
    deepEqual(await at.states(), {});
    process.life.databaseAway = false;
    await at.clock.pass(1_000);
    deepEqual(await at.states(), { '1': 'COMPLETED' });
    const words = heard.map((each) => each.words).filter((each) => each.startsWith('a batch cannot be committed'));
    equal(words.filter((each) => each.includes('trying again')).length, 3); // three services
    await stop();
  });
});

test('what a dead process left in the outbox is said by any other', async () => {
  const at = await shop();
  const value = JSON.stringify({ type: 'Left behind', subject: '1' });
  await (await at.store(till).begin()).commit([
    { table: outbox, insert: [{ id: at.newId(), payload: pack([{ topic: 'till-said', key: 'k', value }]), createdAt: at.clock.now() }] },
  ]);
  const { stop } = await at.start('b', [till]);
  await at.clock.pass(2_500);
  deepEqual(at.said(), []);
  await at.clock.pass(2_000);
  deepEqual(at.said(), ['Left behind 1']);
  equal(await at.pending(), 0);
  await stop();
});

describe('stop', () => {
  test('finishes the batch, says what it decided, and leaves nothing for others to repeat', async () => {
    const at = await shop();
    const { stop } = await at.start('a');
    await threeOrders(at);
    await stop();
    const before = at.said();
    equal((await at.rows(clerk, outbox)).length, 0);
    const again = await at.start('b');
    await at.clock.pass(10_000);
    deepEqual(await at.states(), ended);
    ok(at.said().length > before.length);
    equal(new Set(at.said()).size, at.said().length, 'something was said twice');
    await again.stop();
  });

  test('while the broker is away: within its grace, and the outbox holds what was not sent', async () => {
    const at = await shop();
    const { process, stop } = await at.start('a');
    process.life.brokerAway = true;
    await at.buys(1, 30);
    await settled();
    const stopped = stop();
    await at.clock.pass(2_000);
    await stopped;
    equal((await at.rows(clerk, outbox)).length, 1);
    const again = await at.start('b');
    ok(await at.until(async () => (await at.states())['1'] === 'COMPLETED'));
    await again.stop();
  });

  test('while the database is away: at once; messages come again, jobs are turned away', async () => {
    const at = await shop();
    const { process, services, stop } = await at.start('a');
    process.life.databaseAway = true;
    await at.buys(1, 30);
    await settled();
    await stop();
    await rejects(services.get('till')?.perform({ keys: () => [], decide: () => nothing }) ?? Promise.resolve(), {
      code: 'SERVICE_STOPPED',
    });
    const again = await at.start('b');
    ok(await at.until(async () => (await at.states())['1'] === 'COMPLETED'));
    await again.stop();
  });

  test('twice is once', async () => {
    const at = await shop();
    const { stop } = await at.start('a');
    await Promise.all([stop(), stop()]);
  });
});

test('a participant that is away for long while its coordinator is not: asked again, and then the order is taken back', async () => {
  const at = await shop();
  const others = await at.start('a', [clerk, shelf, book]);
  await at.buys(1, 30);
  await at.clock.pass(1_000_000);
  deepEqual(await at.states(), { '1': 'FAILED open flagged' }); // the refund is not confirmed
  deepEqual(others.heard, [{ level: 'error', words: 'an order is FAILED: not all of it was taken back' }]);
  deepEqual(at.saidAtTwoTimes(), []); // asked again it is the same message
  const late = await at.start('b', [till]);
  ok(await at.until(async () => (await at.states())['1'] === 'COMPENSATED', 600_000));
  deepEqual(await at.sums(), [{ name: 'the pile', available: 100, held: 0, sold: 0 }, 0]);
  await Promise.all([others.stop(), late.stop()]);
});

test('a coordinator that was away for long reads its answers before it counts the time', async () => {
  const at = await shop();
  const coordinator = await at.start('a', [clerk]);
  await at.buys(1, 30);
  await settled();
  await coordinator.stop();
  const others = await at.start('b', [shelf, till, book]);
  await at.clock.pass(120_000);
  const again = await at.start('a', [clerk]);
  await at.clock.pass(1_000);
  deepEqual(await at.states(), { '1': 'COMPLETED' });
  equal(at.said().filter((said) => said === 'Reserve 1').length, 1);
  await Promise.all([others.stop(), again.stop()]);
});
