import { isError } from '@ensemble/errors';
import { startKafka } from '@ensemble/local-kafka';
import { halt } from '@ensemble/testkit/processes';
import { testServers } from '@ensemble/testkit/servers';
import { Admin } from '@platformatic/kafka';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { kafkaTransport } from './main.ts';

const anyAmount = { messages: 1_000, bytes: 524_288 };

interface Said {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly words: string;
}

const listening = () => {
  const errors: Said[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields: Readonly<Record<string, unknown>>, words: string) => void errors.push({ fields, words }),
  };
  return { errors, log };
};

const scene = (t: TestContext) => {
  const brokers = testServers().kafkaBrokers.split(',');
  const prefix = `test-${randomUUID().slice(0, 8)}-`;
  const { errors, log } = listening();
  const transport = kafkaTransport({ brokers, clientId: 'test', prefix, log });
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers });
  t.after(() => Promise.all([transport.close(), admin.close()]));
  return { transport, admin, prefix, errors };
};

test('the prefix is on the wire and nowhere else', async (t) => {
  const { transport, admin, prefix } = scene(t);
  await transport.prepare(['orders'], 2);
  await transport.publish([{ topic: 'orders', key: 'k', value: 'v' }]);
  const subscription = await transport.subscribe({ group: 'readers', member: 'm', topics: ['orders'] });
  const batch = await subscription.take(anyAmount);
  assert.deepEqual(
    batch.map(({ topic }) => topic),
    ['orders'],
  );
  subscription.done(batch);
  await subscription.close();
  assert.ok((await admin.listTopics()).includes(`${prefix}orders`));
  assert.ok((await admin.listGroups()).has(`${prefix}readers`));
});

test('a topic that takes no message of the largest size is refused, by name', async (t) => {
  const { transport, admin, prefix } = scene(t);
  const topic = `${prefix}orders`;
  await admin.createTopics({ topics: [topic], partitions: 2, configs: [{ name: 'max.message.bytes', value: '1048588' }] });
  await assert.rejects(transport.prepare(['orders', 'others'], 2), {
    code: 'TOPIC_MISMATCH',
    message: `Topic ${topic} takes messages of 1048588 bytes (max.message.bytes); it must take 1179648.`,
  });
});

test('messages that the log dropped before they were read are missed loudly', async (t) => {
  const { transport, admin, prefix, errors } = scene(t);
  await transport.prepare(['orders'], 1);
  const say = (from: number, to: number) =>
    transport.publish(Array.from({ length: to - from }, (_, at) => ({ topic: 'orders', key: 'k', value: `m${from + at}` })));
  await say(0, 10);
  const first = await transport.subscribe({ group: 'readers', member: 'm', topics: ['orders'] });
  first.done(await first.take({ messages: 3, bytes: 1_000 }));
  await first.close();
  await admin.deleteRecords({ topics: [{ name: `${prefix}orders`, partitions: [{ partition: 0, offset: 7n }] }] });
  assert.deepEqual(errors, []);
  const second = await transport.subscribe({ group: 'readers', member: 'm', topics: ['orders'] });
  assert.deepEqual(
    (await second.take(anyAmount)).map(({ value }) => value),
    ['m7', 'm8', 'm9'],
  );
  const fields = { code: 'LOG_TRUNCATED', group: 'readers', topic: 'orders', partition: 0, position: '3', start: '7' };
  assert.deepEqual(errors, [{ fields, words: '4 messages are no longer in the log and were not read' }]);
});

describe('a broker that hangs', { timeout: 60_000 }, () => {
  test('refuses everything that waits at once, in order, and goes on when it is back', async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'ensemble-kafka-'));
    const broker = await startKafka({ dir, cache: testServers().kafkaCache });
    const transport = kafkaTransport({ brokers: [broker.brokers], clientId: 'test' });
    t.after(async () => {
      process.kill(broker.pid, 'SIGCONT');
      await transport.close();
      await broker.stop();
      await rm(dir, { recursive: true, force: true });
    });
    await transport.prepare(['orders'], 1);
    await transport.publish([{ topic: 'orders', key: 'k', value: 'before' }]);
    const subscription = await transport.subscribe({ group: 'readers', member: 'm', topics: ['orders'] });
    assert.equal((await subscription.take(anyAmount)).length, 1);

    await halt(broker.pid);
    const began = performance.now();
    const calls = ['a', 'b', 'c'].map((value) => transport.publish([{ topic: 'orders', key: 'k', value }]));
    for (const call of calls) await assert.rejects(call, (error) => isError(error, 'TRANSPORT_UNAVAILABLE'));
    const took = performance.now() - began;
    assert.ok(took < 8_000, `refused after ${took} ms`);
    assert.equal(transport.health().up, false);

    process.kill(broker.pid, 'SIGCONT');
    await transport.publish([{ topic: 'orders', key: 'k', value: 'after' }]);
    const values: string[] = [];
    while (!values.includes('after')) values.push(...(await subscription.take(anyAmount)).map(({ value }) => value));
    assert.deepEqual(transport.health(), { up: true, problem: '' });
  });
});
