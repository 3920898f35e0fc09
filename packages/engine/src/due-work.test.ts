/** The clock of whoever owns an order that nobody coordinates. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { event, Id, type Operation, Text } from '@ensemble/flow';
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { hearing } from '../fixtures/broker.ts';
import { message as messageOf, now, order, station } from '../fixtures/station.ts';
import { desk, trade } from '../fixtures/trade.ts';
import { virtualClock } from '../fixtures/virtual-clock.ts';
import type { Job } from './at-hand.ts';
import { deadlines } from './coordinator/deadlines.ts';
import { dueAfter } from './due.ts';
import { overdueOrders } from './due-work.ts';
import { silentLog } from './log.ts';
import { wordWork } from './outside/hearing.ts';
import { startService } from './service.ts';
import { type DueRow, due } from './tables.ts';
import { nothing } from './work.ts';

const message = (key: string, facts = {}): string => messageOf(key, order(1), facts, trade);
const minutes = 60_000;
const lost = message('Lost', { reason: 'it fell over' });

/** A desk, and the round that looks for what is due; it has listened since it opened, unless told otherwise. */
async function given({ listens = true, participant = desk } = {}) {
  const at = await station(participant, [trade]);
  const { heard, fields, log } = hearing();
  const perform = async (job: Job): Promise<void> => at.work([{ parks: null, ...job }]);
  const setting = {
    store: at.store,
    perform,
    stopping: new AbortController().signal,
    transport: { health: () => ({ up: true, problem: '' }) },
    publisher: { flowingSince: () => 0 },
    subscription: { caughtUp: async () => undefined, serves: () => true },
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
  const round = deadlines(setting, overdueOrders({ participant, flows: [trade], log }));
  if (listens) await round();
  return {
    ...at,
    heard,
    fields,
    round,
    /** Time passes, and the round comes by each quarter of a second; tells what was said meanwhile, and when. */
    async waits(milliseconds: number): Promise<readonly string[]> {
      const words: string[] = [];
      for (let passed = 250; passed <= milliseconds; passed += 250) {
        const before = (await at.said()).length;
        at.pass(250);
        await round();
        for (const { type } of (await at.said()).slice(before)) words.push(`${type} after ${passed / 1_000} s`);
      }
      return words;
    },
    clock: async () => ((await at.store.select(due, {})) as readonly DueRow[]).map(({ attempts, flagged }) => [attempts, flagged]),
    types: async () => (await at.said()).map(({ type }) => type),
  };
}

describe('a deadline', () => {
  test('takes back what has not ended in time, and says why', async () => {
    const at = await given();
    await at.take(message('PlaceOrder'));
    at.pass(15 * minutes - 1);
    await at.round();
    deepEqual(await at.types(), ['Taken']);
    at.pass(1);
    await at.round();
    const [, dropped] = await at.said();
    deepEqual([dropped?.type, dropped?.data], ['Dropped', { orderId: order(1), reason: 'not done after 900 s' }]);
    deepEqual(await at.clock(), [[1, false]]);
  });

  test('that two processes find is fired once', async () => {
    const at = await given();
    await at.take(message('PlaceOrder'));
    at.pass(15 * minutes);
    await Promise.all([at.round(), at.round()]);
    deepEqual(await at.types(), ['Taken', 'Dropped']);
  });

  test('gets its time again where nobody listened: silence meant nothing', async () => {
    const at = await given({ listens: false });
    await at.take(message('PlaceOrder'));
    at.pass(60 * minutes);
    await at.round();
    deepEqual(await at.types(), ['Taken']);
    at.pass(15 * minutes - 1);
    await at.round();
    deepEqual(await at.types(), ['Taken']);
    at.pass(1);
    await at.round();
    deepEqual(await at.types(), ['Taken', 'Dropped']);
  });

  test('is over when the order is completed, when it was refused, and in one batch too', async () => {
    for (const values of [[message('PlaceOrder'), message('Kept')], [message('PlaceOrder', { reason: 'closed today' })]]) {
      const [apart, together] = [await given(), await given()];
      for (const value of values) await apart.take(value);
      await together.take(...values);
      for (const at of [apart, together]) {
        deepEqual(await at.clock(), []);
        at.pass(60 * minutes);
        deepEqual(await at.waits(1_000), []);
      }
    }
  });
});

test('a clock whose flow this process does not have is put off and told of, and holds up no other', async () => {
  const { store, heard, round, waits } = await given();
  const unit = await store.begin();
  const row: DueRow = { orderId: order(9), flow: 'gone', version: null, since: now, attempts: 0, dueAt: now, flagged: false };
  await unit.commit([{ table: due, insert: [row] }]);
  await waits(500);
  await round();
  const [kept] = (await store.select(due, {})) as readonly DueRow[];
  deepEqual([kept?.flagged, (kept?.dueAt ?? 0) > now + minutes], [true, true]);
  deepEqual(heard, [{ level: 'error', words: 'an order cannot be taken back; tried again' }]);
});

test('what was refused has no clock, whoever says that it ended', () => {
  const { ends: _, ...spec } = desk.operations['take']?.spec ?? { outcomes: {} };
  const take = { ...(desk.operations['take'] as Operation), spec };
  const participant = { ...desk, operations: { ...desk.operations, take } };
  const refused = { state: 'refused', answers: { take: { outcome: 'declined', at: now, adds: {} } } } as const;
  deepEqual(dueAfter({ participant, flow: trade, facts: { orderId: order(1) } }, undefined, refused, now).rows, []);
});

test('a service that is at work looks at its clock by itself', async () => {
  const clock = virtualClock(now);
  const log = memoryLog();
  log.prepare([...new Set([...trade.messages.values()].map(({ topic }) => topic))], 1);
  const transport = memoryTransport({ log, clock: () => clock.now() });
  let ids = 0;
  const service = await startService({
    participant: desk,
    flows: [trade],
    store: memoryStore({ now: () => clock.now() }),
    transport,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    clock,
    log: silentLog,
    member: 'desk-1',
  });
  await transport.publish([{ topic: 'desk', key: order(1), value: message('PlaceOrder') }]);
  const said = (): number => Number(log.end({ topic: 'desk-said', partition: 0 }));
  await clock.pass(14 * minutes);
  equal(said(), 1);
  await clock.pass(minutes + 5_000);
  equal(said(), 2);
  await service.stop();
});

test('an order that cannot be taken back is tried again each minute, and a person is told in the end', async () => {
  let broken = true;
  const drop = (): { readonly says: 'dropped' } => {
    if (broken) throw new Error('a bug');
    return { says: 'dropped' };
  };
  const at = await given({ participant: { ...desk, decide: { ...desk.decide, drop } } });
  await at.take(message('PlaceOrder'));
  at.pass(15 * minutes);
  deepEqual(await at.waits(3 * minutes), []);
  deepEqual([at.heard.length, at.heard[0]?.words], [3, 'an order cannot be taken back; tried again']);
  await at.waits(13 * minutes);
  deepEqual(await at.clock(), [[0, true]]);
  equal(at.heard.filter(({ words }) => words === 'an order is FAILED: not all of it was taken back').length, 1);
  broken = false;
  await at.waits(5 * minutes);
  deepEqual([(await at.types())[1], (await at.clock()).length], ['Dropped', 1]);
});

test('while the outside world is asked, a deadline waits for its word, and is looked at again', async () => {
  const taking = desk.operations['take'] as Operation;
  const take = { ...taking, spec: { ...taking.spec, asks: {} } };
  const decide = { ...desk.decide, take: () => ({ asks: {} }) };
  const participant = { ...desk, operations: { ...desk.operations, take }, decide, hears: { take: () => ({}) } };
  const at = await given({ participant });
  await at.take(message('PlaceOrder'));
  at.pass(15 * minutes);
  deepEqual(await at.waits(2 * minutes), []);
  deepEqual(await at.clock(), [[0, false]]);
  const word = { orderId: order(1), operation: 'desk.take', word: { says: 'taken', adds: {} } };
  await at.work([{ ...wordWork({ participant, flows: [trade] }, word), parks: null }]);
  deepEqual([await at.types(), await at.clock()], [['Dropped'], [[1, false]]]);
});

describe('an order that is taken back', () => {
  test('says so again, word for word, until all is settled', async () => {
    const at = await given();
    await at.take(message('PlaceOrder'), message('Full', { reason: 'no room' }));
    deepEqual(await at.waits(40_000), ['Dropped after 5 s', 'Dropped after 15 s', 'Dropped after 35 s']);
    const said = (await at.said()).filter(({ type }) => type === 'Dropped');
    deepEqual(
      said,
      Array.from({ length: 4 }, () => said[0]),
    );
    deepEqual(said[0]?.data, { orderId: order(1), reason: 'no room' });
    await at.take(message('Given'));
    deepEqual(await at.clock(), []);
    deepEqual(await at.waits(10 * minutes), []);
  });

  test('is FAILED after its time, says so once in the log, goes on slowly, and a late word still ends it', async () => {
    const at = await given();
    await at.take(message('PlaceOrder'), message('Withdraw'));
    await at.waits(15 * minutes);
    deepEqual(
      (await at.clock()).map(([, flagged]) => flagged),
      [false],
    );
    await at.waits(minutes);
    deepEqual(
      (await at.clock()).map(([, flagged]) => flagged),
      [true],
    );
    deepEqual(await at.waits(15 * minutes).then(({ length }) => length), 3);
    deepEqual(at.heard, [{ level: 'error', words: 'an order is FAILED: not all of it was taken back' }]);
    deepEqual(at.fields, [{ service: 'desk', orderId: order(1), flow: 'trade' }]);
    await at.take(message('Given'));
    deepEqual(await at.clock(), []);
  });

  test('is taken back once: a second failure is told the same', async () => {
    const at = await given();
    await at.take(message('PlaceOrder'), message('Full', { reason: 'no room' }), lost, message('Withdraw'));
    const said = (await at.said()).filter(({ type }) => type === 'Dropped');
    deepEqual(said, [said[0], said[0], said[0]]);
  });

  test('tells whoever is answered by another message what that one asked with', async () => {
    const Withdrawn = event('Withdrawn', 'desk-said', { orderId: Id, reason: Text });
    const rows = trade.rows.map((row) =>
      row.on.kind === 'message' && row.on.message.key === 'Withdraw' ? { ...row, says: { dropped: Withdrawn, nothing: Withdrawn } } : row,
    );
    const at = await station(desk, [{ ...trade, rows }]);
    await at.take(message('PlaceOrder'), message('Full', { reason: 'no room' }), message('Withdraw', { reason: 'no wish' }));
    deepEqual(
      (await at.said()).slice(1).map(({ type, data }) => [type, data['reason']]),
      [
        ['Dropped', 'no room'],
        ['Withdrawn', 'no wish'],
      ],
    );
  });

  test('has a clock again when it was completed before, in whatever batches', async () => {
    const values = [message('PlaceOrder'), message('Kept'), lost];
    const [apart, together] = [await given(), await given()];
    for (const value of values) await apart.take(value);
    await together.take(...values);
    for (const at of [apart, together]) deepEqual([await at.types(), await at.clock()], [['Taken', 'Dropped'], [[1, false]]]);
  });

  test('before anyone heard of it: its end is said all the same, and it does not begin any more', async () => {
    const at = await given();
    await at.take(message('Withdraw'));
    await at.take(message('PlaceOrder'), message('Given'));
    deepEqual([await at.types(), await at.clock()], [['Dropped', 'Settled'], []]);
  });
});

test('a customer who cancels what is completed comes too late', async () => {
  const at = await given();
  await at.take(message('PlaceOrder'), message('Kept'), message('Withdraw'));
  deepEqual(await at.types(), ['Taken']);
  await at.take(lost, message('Withdraw'));
  deepEqual(await at.types(), ['Taken', 'Dropped']);
});

test('a word that all is settled, before anything was taken back, waits aside', async () => {
  const at = await given();
  await at.take(message('PlaceOrder'), message('Given'));
  deepEqual(await at.types(), ['Taken']);
  await at.take(message('Withdraw'));
  at.pass(minutes);
  await at.retry();
  deepEqual(await at.types(), ['Taken', 'Dropped', 'Settled']);
});
