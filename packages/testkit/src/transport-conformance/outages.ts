import { isError } from '@ensemble/errors';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { OwnBroker, TransportHarness } from './harness.ts';
import { allTaken, messages, partitions, until, values, work } from './scene.ts';

export const outageTests = (harness: TransportHarness): void => {
  const { ownBroker } = harness;
  if (!ownBroker) return;

  describe('the broker away', () => {
    let broker: OwnBroker | undefined;
    before(async () => {
      broker = await ownBroker();
    });
    after(() => broker?.close());

    test('publish is refused in time, subscriptions wait, and all goes on by itself without a loss', async (t) => {
      assert.ok(broker);
      const [topic, group] = [harness.fresh('topic'), harness.fresh('group')];
      const transport = await broker.create();
      t.after(() => transport.close());
      await transport.prepare([topic], partitions);
      const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      const first = messages(topic, 100, { prefix: 'first' });
      await transport.publish(first);
      await allTaken(values(first), [worker]);
      assert.deepEqual(transport.health(), { up: true, problem: '' });

      await broker.stop();
      const began = performance.now();
      const refused = transport.publish([{ topic, key: 'k', value: 'refused' }]);
      await assert.rejects(refused, (error) => isError(error, 'TRANSPORT_UNAVAILABLE'));
      assert.ok(performance.now() - began < 10_000, `refused after ${performance.now() - began} ms`);
      await assert.rejects(worker.subscription.caughtUp(AbortSignal.timeout(30_000)), (error) => isError(error, 'TRANSPORT_UNAVAILABLE'));
      const { up, problem } = transport.health();
      assert.equal(up, false);
      assert.notEqual(problem, '');

      await broker.start();
      const second = messages(topic, 100, { prefix: 'second' });
      const deadline = performance.now() + 20_000;
      for (;;) {
        try {
          await transport.publish(second);
          break;
        } catch (error) {
          if (!isError(error, 'TRANSPORT_UNAVAILABLE') || performance.now() > deadline) throw error;
          await wait(100);
        }
      }
      await allTaken(values(second), [worker]);
      await until(
        () => transport.health().up,
        () => transport.health().problem,
      );
    });

    test('a restart under load loses nothing that was acknowledged', async (t) => {
      assert.ok(broker);
      const [topic, group] = [harness.fresh('topic'), harness.fresh('group')];
      const [sayer, reader] = [await broker.create(), await broker.create()];
      t.after(() => Promise.all([sayer.close(), reader.close()]));
      await sayer.prepare([topic], partitions);
      const worker = work(await reader.subscribe({ group, member: 'm1', topics: [topic] }));
      const acknowledged: string[] = [];
      let saying = true;
      const load = (async () => {
        for (let round = 0; saying; round += 1) {
          const batch = messages(topic, 20, { prefix: `r${round}-` });
          try {
            await sayer.publish(batch);
            acknowledged.push(...values(batch));
          } catch (error) {
            if (!isError(error, 'TRANSPORT_UNAVAILABLE')) throw error;
          }
          await wait(5);
        }
      })();
      await until(
        () => worker.taken.length > 200,
        () => `${worker.taken.length} of 200`,
      );
      await broker.stop();
      await broker.start();
      const before = acknowledged.length;
      await until(
        () => acknowledged.length > before + 200,
        () => 'publishing goes on',
        40_000,
      );
      saying = false;
      await load;
      await allTaken(acknowledged, [worker], 40_000);
    });
  });
};
