import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TransportHarness } from './harness.ts';
import { allTaken, anyAmount, messages, partitions, scene, until, values, work } from './scene.ts';

export const positionTests = (harness: TransportHarness): void => {
  describe('positions', () => {
    test('after close the next one begins after what is done, and nothing else is repeated', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      await transport.publish(messages(topic, 60, { keys: 1 }));
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      let taken = 0;
      while (taken < 40) {
        const batch = await subscription.take({ messages: 10, bytes: 1_000_000 });
        taken += batch.length;
        subscription.done(batch);
      }
      await subscription.take({ messages: 5, bytes: 1_000_000 });
      await subscription.close();
      const worker = work(await (await process()).subscribe({ group, member: 'm2', topics: [topic] }));
      const rest = values(messages(topic, 60)).slice(taken);
      await allTaken(rest, [worker]);
      assert.deepEqual(values(worker.taken), rest);
    });

    test('what was never said to be done comes again', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      const said = messages(topic, 100);
      await transport.publish(said);
      const careless = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }), { sayDone: false });
      await until(
        () => careless.taken.length >= 100,
        () => `${careless.taken.length} of 100`,
      );
      await careless.subscription.close();
      const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      await allTaken(values(said), [worker]);
    });

    test('a batch that is done before an earlier one does not carry the earlier one along', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      await transport.publish(messages(topic, 6, { keys: 1 }));
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      const two = { messages: 2, bytes: 1_000_000 };
      const [first, second] = [await subscription.take(two), await subscription.take(two)];
      assert.equal(first.length, 2);
      subscription.done(second);
      await subscription.close();
      const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      await allTaken(values(messages(topic, 6)), [worker]);
    });

    test('a process that is killed without a close: nothing that was not done is lost', async (t) => {
      const { topic, group, process, kill } = await scene(t, harness);
      const [sayer, doomed] = [await process(), await process()];
      const said = messages(topic, 500);
      await sayer.publish(said);
      const careless = work(await doomed.subscribe({ group, member: 'm1', topics: [topic] }), { sayDone: false });
      await allTaken(values(said), [careless]);
      await kill(doomed);
      const later = messages(topic, 100, { prefix: 'later' });
      await sayer.publish(later);
      const restarted = work(await (await process()).subscribe({ group, member: 'm1', topics: [topic] }));
      await allTaken(values([...said, ...later]), [restarted]);
    });

    test('what is done is written within a second or so, without a close', async (t) => {
      const { topic, group, process, kill } = await scene(t, harness);
      const sayer = await process();
      await sayer.publish(messages(topic, 50));
      // how long "now and then" is cannot be seen from outside: kill a second after the work, and count what comes again
      let repeated = 50;
      for (let attempt = 0; attempt < 5 && repeated > 0; attempt += 1) {
        const doomed = await process();
        const worker = work(await doomed.subscribe({ group, member: 'm1', topics: [topic] }));
        const marker = `marker${attempt}`;
        await sayer.publish([{ topic, key: 'k', value: marker }]);
        await allTaken([marker], [worker]);
        await worker.subscription.caughtUp(AbortSignal.timeout(10_000));
        repeated = worker.taken.length - 1;
        const written = performance.now() + 1_000;
        await until(
          () => performance.now() > written,
          () => 'a clock that runs',
        );
        await kill(doomed);
      }
      assert.equal(repeated, 0, 'a killed process repeats what it had done long before');
    });
  });

  test('a key is served by one member, in every topic that it reads, as long as that member is there', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const [first, second] = [await process(), await process()];
    const other = harness.fresh('topic');
    await first.prepare([other], partitions);
    const keys = messages(topic, 60, { keys: 60 }).map(({ key }) => key);
    const one = await first.subscribe({ group, member: 'm1', topics: [topic, other] });
    const two = await second.subscribe({ group, member: 'm2', topics: [topic, other] });
    const servers = (key: string): number => [one, two].filter((each) => each.serves(key)).length;
    await until(
      () => [one, two].every((each) => keys.some((key) => each.serves(key))) && keys.every((key) => servers(key) === 1),
      () => `members that serve each key: ${keys.map(servers).join(' ')}`,
    );
    const mine = keys.filter((key) => one.serves(key));
    const said = [topic, other].flatMap((each) => messages(each, 60, { keys: 60, prefix: each }));
    await first.publish(said);
    const taken = work(one).taken;
    const expected = said.filter(({ key }) => mine.includes(key));
    await until(
      () => taken.length >= expected.length,
      () => `${taken.length} of ${expected.length}`,
    );
    assert.deepEqual(values(taken).toSorted(), values(expected).toSorted());
    await two.close();
    await until(
      () => keys.every((key) => one.serves(key) && !two.serves(key)),
      () => `members that serve each key: ${keys.map(servers).join(' ')}`,
    );
  });

  describe('caught up', () => {
    test('with an empty log, at once', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const subscription = await (await process()).subscribe({ group, member: 'm1', topics: [topic] });
      await subscription.caughtUp(AbortSignal.timeout(10_000));
    });

    test('only when everything that the log held at the call was handed out', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      await transport.publish(messages(topic, 30));
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      let caught = false;
      const caughtUp = subscription.caughtUp(AbortSignal.timeout(20_000)).then(() => {
        caught = true;
      });
      let taken = 0;
      while (taken < 29) {
        taken += (await subscription.take({ messages: 1, bytes: 1_000_000 })).length;
        assert.equal(caught, false, `caught up after ${taken} of 30`);
      }
      await subscription.take({ messages: 1, bytes: 1_000_000 });
      await caughtUp;
      // what came later does not count for an earlier call, and counts for a later one
      await transport.publish(messages(topic, 1));
      await assert.rejects(subscription.caughtUp(AbortSignal.timeout(500)));
      await subscription.take(anyAmount);
      await subscription.caughtUp(AbortSignal.timeout(10_000));
    });

    test('what was done before counts as handed out', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const transport = await process();
      await transport.publish(messages(topic, 30));
      const worker = work(await transport.subscribe({ group, member: 'm1', topics: [topic] }));
      await until(
        () => worker.taken.length >= 30,
        () => `${worker.taken.length} of 30`,
      );
      await worker.subscription.close();
      const subscription = await transport.subscribe({ group, member: 'm1', topics: [topic] });
      await subscription.caughtUp(AbortSignal.timeout(10_000));
    });
  });
};
