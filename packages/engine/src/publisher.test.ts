import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { broker, hearing } from '../fixtures/broker.ts';
import { settled, virtualClock } from '../fixtures/virtual-clock.ts';
import { publisher } from './publisher.ts';

const said = (...values: readonly string[]) => values.map((value) => ({ topic: 't', key: 'k', value }));

function given() {
  const clock = virtualClock();
  const transport = broker();
  const { heard, log } = hearing();
  return { clock, transport, heard, publishing: publisher({ transport, clock, log, service: 'shelf' }) };
}

test('what is pushed goes out in order; its row is held until it has been deleted', async () => {
  const { publishing, transport } = given();
  publishing.push('1', said('a', 'b'));
  publishing.push('2', said('c'));
  deepEqual([publishing.holds('1'), publishing.holds('2'), publishing.unsent()], [true, true, 2]);
  await settled();
  deepEqual(transport.calls.flat(), ['a', 'b', 'c']);
  deepEqual([publishing.published(), publishing.unsent()], [['1', '2'], 0]);
  publishing.forget(['1']);
  deepEqual([publishing.published(), publishing.holds('1'), publishing.holds('2')], [['2'], false, true]);
});

test('one call at a time; what is pushed meanwhile goes out together, in chunks', async () => {
  const { publishing, transport } = given();
  transport.hangs = true;
  const large = 'x'.repeat(300 * 1024);
  publishing.push('1', said('a'));
  for (const [id, value] of [
    ['2', 'b'],
    ['3', 'c'],
    ['4', large],
    ['5', large],
    ['6', 'd'],
  ] as const)
    publishing.push(id, said(value));
  transport.hangs = false;
  transport.answer();
  await settled();
  deepEqual(
    transport.calls.map((values) => values.map((value) => value.length)),
    [[1], [1, 1, 307_200], [307_200, 1]],
  );
});

test('one batch larger than a chunk is one call', async () => {
  const { publishing, transport } = given();
  publishing.push('1', said('x'.repeat(600 * 1024), 'y'.repeat(600 * 1024)));
  await settled();
  deepEqual(
    transport.calls.map((values) => values.length),
    [2],
  );
});

describe('while the broker is away', () => {
  test('it is tried again and again, said once, and all goes out in order when it is back', async () => {
    const { publishing, transport, clock, heard } = given();
    equal(publishing.flowingSince(), 1_000_000);
    transport.away = true;
    publishing.push('1', said('a'));
    publishing.push('2', said('b'));
    await clock.pass(10_000);
    deepEqual([transport.calls, publishing.flowingSince(), publishing.published()], [[], null, []]);
    transport.away = false;
    await clock.pass(250);
    deepEqual([transport.calls.flat(), publishing.flowingSince()], [['a', 'b'], 1_010_250]);
    deepEqual(heard, [
      { level: 'warn', words: 'the broker takes no messages; trying again until it is back' },
      { level: 'info', words: 'the broker takes no messages: over' },
    ]);
  });

  test('two batches unsent are enough: there is no room until one has gone out', async () => {
    const { publishing, transport, clock } = given();
    const { signal } = new AbortController();
    transport.away = true;
    publishing.push('1', said('a'));
    equal(publishing.backlogged(), false);
    publishing.push('2', said('b'));
    equal(publishing.backlogged(), true);
    let room = false;
    void publishing.room(signal).then(() => (room = true));
    await clock.pass(1_000);
    equal(room, false);
    transport.away = false;
    await clock.pass(250);
    deepEqual([room, publishing.backlogged()], [true, false]);
  });

  test('who waits for room is let go when the service stops', async () => {
    const { publishing, transport } = given();
    transport.away = true;
    for (const id of ['1', '2']) publishing.push(id, said(id));
    const stop = new AbortController();
    const room = publishing.room(stop.signal);
    stop.abort();
    await room;
  });

  test('16 MB are kept in memory, and the rest in the outbox alone: not held, so that it is found there', async () => {
    const { publishing, transport, clock } = given();
    transport.away = true;
    const megabyte = 'x'.repeat(1024 * 1024);
    for (let n = 1; n <= 18; n += 1) publishing.push(String(n), said(megabyte));
    deepEqual([publishing.holds('16'), publishing.holds('17'), publishing.unsent()], [true, false, 18]);
    transport.away = false;
    await clock.pass(250);
    deepEqual([transport.calls.flat().length, publishing.unsent()], [16, 2]);
    publishing.forget(['17']); // found in the outbox and published
    equal(publishing.unsent(), 1);
    publishing.stillLeft([]);
    equal(publishing.unsent(), 1); // too young to be called left behind
    await clock.pass(10_001);
    publishing.stillLeft(['18']);
    equal(publishing.unsent(), 1);
    publishing.stillLeft([]); // another process published it
    equal(publishing.unsent(), 0);
  });
});

describe('on close', () => {
  test('what is left goes out', async () => {
    const { publishing, transport } = given();
    transport.hangs = true;
    publishing.push('1', said('a'));
    const closed = publishing.close(2_000);
    transport.answer();
    await closed;
    deepEqual(transport.calls, [['a']]);
  });

  test('a broker that is away, or hangs, has its grace and no more', async () => {
    for (const how of ['away', 'hangs'] as const) {
      const { publishing, transport, clock } = given();
      transport[how] = true;
      publishing.push('1', said('a'));
      let over = false;
      const closed = publishing.close(2_000).then(() => (over = true));
      await clock.pass(1_999);
      equal(over, false);
      await clock.pass(1);
      await closed;
      deepEqual(transport.calls, []);
    }
  });

  test('nothing waits where nothing is left', async () => given().publishing.close(2_000));

  test('what is pushed afterwards stays in the outbox', async () => {
    const { publishing, transport } = given();
    await publishing.close(0);
    publishing.push('1', said('a'));
    await settled();
    deepEqual([transport.calls, publishing.holds('1'), publishing.unsent()], [[], false, 1]);
  });
});
