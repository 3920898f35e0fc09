import { type Delivery, maxMessageBytes, type Outgoing } from '@ensemble/engine/transport';
import { partitionOf } from '@ensemble/engine/partition';
import { isError } from '@ensemble/errors';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TransportHarness } from './harness.ts';
import { allTaken, anyAmount, messages, partitions, scene, until, values, work } from './scene.ts';

const byKey = (deliveries: readonly Delivery[]): Map<string, string[]> => {
  const map = new Map<string, string[]>();
  for (const { key, value } of deliveries) map.set(key, [...(map.get(key) ?? []), value]);
  return map;
};

const contentTests = (harness: TransportHarness): void => {
  test('a message arrives as it was said, with its place in the log', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const transport = await process();
    const before = Date.now();
    const said: Outgoing[] = [
      { topic, key: 'order-1', value: '{"a":1}', headers: { 'content-type': 'application/cloudevents+json', empty: '' } },
      { topic, key: 'заказ-№1 🛒', value: '{"name":"Ærøskøbing 北京 🎁 \u0000 \u2028"}', headers: { имя: 'значение 🎈' } },
      { topic, key: 'order-1', value: '' },
    ];
    await transport.publish(said);
    const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
    const worker = work(subscription);
    await until(
      () => worker.taken.length >= 3,
      () => `${worker.taken.length} of 3`,
    );
    const found = said.map(({ value }) => worker.taken.find((delivery) => delivery.value === value));
    for (const [at, { key, headers }] of said.entries()) {
      const delivery = found[at];
      assert.ok(delivery);
      assert.deepEqual({ topic: delivery.topic, key: delivery.key, headers: delivery.headers }, { topic, key, headers });
      assert.equal(delivery.partition, partitionOf(key, partitions));
      assert.ok(delivery.timestamp >= before - 1_000 && delivery.timestamp <= Date.now() + 1_000, `timestamp ${delivery.timestamp}`);
    }
    assert.ok((found[0]?.offset ?? 0n) < (found[2]?.offset ?? 0n), 'offsets grow within a partition');
  });

  test('messages of the largest size, many in one call', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const transport = await process();
    const large = Array.from({ length: 5 }, (_, at) => ({ topic, key: 'one-key', value: `${at}${'x'.repeat(maxMessageBytes - 1)}` }));
    await transport.publish(large);
    const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
    const worker = work(subscription);
    await until(
      () => worker.taken.length >= 5,
      () => `${worker.taken.length} of 5`,
    );
    assert.deepEqual(
      worker.taken.map(({ value }) => [value[0], value.length]),
      large.map(({ value }) => [value[0], maxMessageBytes]),
    );
  });

  test('a message above the largest size is refused, and with it the whole call', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const transport = await process();
    // two bytes each in UTF-8: the limit is of bytes
    const tooLarge = { topic, key: 'k', value: 'é'.repeat(maxMessageBytes / 2 + 1) };
    const call = transport.publish([{ topic, key: 'k', value: 'beside it' }, tooLarge]);
    await assert.rejects(call, (error) => isError(error, 'MESSAGE_TOO_LARGE'));
    await transport.publish([{ topic, key: 'k', value: 'after it' }]);
    const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
    assert.deepEqual(values(await subscription.take(anyAmount)), ['after it']);
  });
};

const orderTests = (harness: TransportHarness): void => {
  test('messages of one key keep their order, within a call and over calls that were not waited for', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const transport = await process();
    const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
    const said = messages(topic, 3_000);
    const calls: Promise<void>[] = [];
    for (let at = 0; at < said.length; at += 7) calls.push(transport.publish(said.slice(at, at + 7)));
    await Promise.all(calls);
    await until(
      () => worker.taken.length >= said.length,
      () => `${worker.taken.length} of ${said.length}`,
    );
    const expected = new Map<string, string[]>();
    for (const { key, value } of said) expected.set(key, [...(expected.get(key) ?? []), value]);
    for (const [key, list] of byKey(worker.taken)) assert.deepEqual(list, expected.get(key), `order of ${key}`);
  });

  test('a key has the same partition in every topic and from every process', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const other = harness.fresh('topic');
    const [first, second] = [await process(), await process()];
    await second.prepare([other], partitions);
    await first.publish([...messages(topic, 24), ...messages(other, 24)]);
    await second.publish([...messages(topic, 24), ...messages(other, 24)]);
    const worker = work(await second.subscribe({ group, member: 'm1', topics: [topic, other] }));
    await until(
      () => worker.taken.length >= 96,
      () => `${worker.taken.length} of 96`,
    );
    for (const { key, partition } of worker.taken) assert.equal(partition, partitionOf(key, partitions), key);
    assert.deepEqual([...new Set(worker.taken.map((delivery) => delivery.topic))].toSorted(), [topic, other].toSorted());
  });
};

export const deliveryTests = (harness: TransportHarness): void => {
  describe('delivery', () => {
    contentTests(harness);
    orderTests(harness);

    test('each group is given everything, what was said before it began too', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const early = messages(topic, 50, { prefix: 'early' });
      await transport.publish(early);
      const first = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      const second = work(await transport.subscribe({ group: harness.fresh('group'), member: 'm1', topics: [topic] }));
      const late = messages(topic, 50, { prefix: 'late' });
      await transport.publish(late);
      for (const worker of [first, second]) await allTaken(values([...early, ...late]), [worker]);
    });

    test('topics that exist are left alone; another number of partitions is refused', async (t) => {
      const { topic, process } = await scene(t, harness);
      const transport = await process();
      await transport.prepare([topic, harness.fresh('topic')], partitions);
      await assert.rejects(transport.prepare([topic], partitions + 1), (error) => isError(error, 'TOPIC_MISMATCH'));
    });

    test('two processes that prepare the same topics at once', async (t) => {
      const { process } = await scene(t, harness);
      const [first, second] = [await process(), await process()];
      const topics = Array.from({ length: 4 }, () => harness.fresh('topic'));
      await Promise.all([first.prepare(topics, partitions), second.prepare(topics, partitions)]);
      await first.publish(topics.map((topic) => ({ topic, key: 'k', value: 'v' })));
    });

    test('a topic that does not exist is an error of that call only', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const good = transport.publish([{ topic, key: 'k', value: 'good' }]);
      const bad = transport.publish([{ topic: harness.fresh('missing'), key: 'k', value: 'bad' }]);
      const best = transport.publish([{ topic, key: 'k', value: 'best' }]);
      await assert.rejects(bad, (error) => isError(error, 'TOPIC_MISSING'));
      await Promise.all([good, best]);
      const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      await allTaken(['good', 'best'], [worker]);
      assert.deepEqual(transport.health(), { up: true, problem: '' });
    });
  });
};
