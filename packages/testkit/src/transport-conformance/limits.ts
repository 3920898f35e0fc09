import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TransportHarness } from './harness.ts';
import { anyAmount, messages, scene, values } from './scene.ts';

export const limitTests = (harness: TransportHarness): void => {
  describe('take', () => {
    test('gives no more messages than the limit, and what is at hand without waiting for more', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      await transport.publish(messages(topic, 25, { keys: 1 }));
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      const sizes: number[] = [];
      const taken: string[] = [];
      while (taken.length < 25) {
        const batch = await subscription.take({ messages: 10, bytes: 1_000_000 });
        sizes.push(batch.length);
        taken.push(...values(batch));
      }
      assert.deepEqual(sizes, [10, 10, 5]);
      assert.deepEqual(taken, values(messages(topic, 25)));
    });

    test('gives no more bytes than the limit, and a message above it alone', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const sizes = [400, 400, 400, 5_000, 400, 400];
      await transport.publish(sizes.map((size) => ({ topic, key: 'k', value: 'x'.repeat(size) })));
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      const batches: number[][] = [];
      while (batches.flat().length < sizes.length) {
        const batch = await subscription.take({ messages: 100, bytes: 1_000 });
        batches.push(batch.map(({ value }) => value.length));
      }
      assert.deepEqual(batches, [[400, 400], [400], [5_000], [400, 400]]);
    });

    test('waits while there is nothing, and then a lone message does not wait', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      await subscription.caughtUp(AbortSignal.timeout(10_000));
      let answered = false;
      const take = subscription.take(anyAmount).then((batch) => {
        answered = true;
        return batch;
      });
      await transport.publish([{ topic: await otherTopic(), key: 'k', value: 'elsewhere' }]);
      assert.equal(answered, false);
      const began = performance.now();
      await transport.publish([{ topic, key: 'k', value: 'here' }]);
      assert.deepEqual(values(await take), ['here']);
      assert.ok(performance.now() - began < 400, `a lone message waited ${performance.now() - began} ms`);

      async function otherTopic(): Promise<string> {
        const other = harness.fresh('topic');
        await transport.prepare([other], 1);
        return other;
      }
    });

    test('gives an empty list when the signal is aborted, and goes on afterwards', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      const abort = new AbortController();
      const take = subscription.take(anyAmount, abort.signal);
      abort.abort();
      assert.deepEqual(await take, []);
      assert.deepEqual(await subscription.take(anyAmount, abort.signal), []);
      await transport.publish([{ topic, key: 'k', value: 'later' }]);
      assert.deepEqual(values(await subscription.take(anyAmount)), ['later']);
    });

    test('gives an empty list when the subscription is closed, and when the transport is', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const closed = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      const left = await transport.subscribe({ group: harness.fresh('group'), member: 'm1', topics: [topic] });
      const takes = [closed.take(anyAmount), left.take(anyAmount)];
      await closed.close();
      assert.deepEqual(await takes[0], []);
      assert.deepEqual(await closed.take(anyAmount), []);
      await closed.close();
      await transport.close();
      assert.deepEqual(await takes[1], []);
    });
  });
};
