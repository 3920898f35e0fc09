import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TransportHarness } from './harness.ts';
import { allTaken, messages, partitions, scene, until, values, type Worker, work } from './scene.ts';

const partitionsOf = ({ taken }: Worker, prefix: string): number[] =>
  [...new Set(taken.filter(({ value }) => value.startsWith(prefix)).map(({ partition }) => partition))].toSorted((a, b) => a - b);

const onEvery = (topic: string, prefix: string): { topic: string; key: string; value: string }[] =>
  messages(topic, 120, { keys: 60, prefix });

/** Says rounds of messages until one round is shared: each partition with one worker, each worker with some. */
const untilShared = async (say: (round: string) => Promise<void>, workers: readonly Worker[]): Promise<void> => {
  for (let round = 0; round < 50; round += 1) {
    const prefix = `share${round}-`;
    await say(prefix);
    const each = (): number[][] => workers.map((worker) => partitionsOf(worker, prefix));
    await until(
      () => new Set(each().flat()).size === partitions,
      () => `only partitions ${each().flat().join(' ')} were served`,
    );
    if (each().every((list) => list.length > 0) && each().flat().length === partitions) return;
  }
  assert.fail('the partitions were never shared');
};

const memberTests = (harness: TransportHarness): void => {
  test('two members share the partitions; when one closes, the other is given its share at once', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const [first, second] = [await process(), await process()];
    const one = work(await first.subscribe({ group, member: 'm1', topics: [topic] }));
    const two = work(await second.subscribe({ group, member: 'm2', topics: [topic] }));
    await untilShared((prefix) => first.publish(onEvery(topic, prefix)), [one, two]);
    await one.subscription.close();
    await one.ended;
    const began = performance.now();
    const after = onEvery(topic, 'after');
    await second.publish(after);
    await allTaken(values(after), [two]);
    assert.ok(
      performance.now() - began < Math.max(3_000, harness.sessionTimeout / 2),
      'it waited for the session of a member that had left',
    );
  });

  test('members come and go under load, and nothing is lost', async (t) => {
    const { topic, group, process } = await scene(t, harness);
    const [sayer, first, second, third] = [await process(), await process(), await process(), await process()];
    const said: string[] = [];
    let saying = true;
    const load = (async () => {
      for (let round = 0; saying; round += 1) {
        const batch = messages(topic, 50, { keys: 60, prefix: `r${round}-` });
        await sayer.publish(batch);
        said.push(...values(batch));
        await wait(5);
      }
    })();
    const takenBy = (worker: Worker) =>
      until(
        () => worker.taken.length > 200,
        () => `${worker.taken.length} of 200`,
      );
    const one = work(await first.subscribe({ group, member: 'm1', topics: [topic] }));
    await takenBy(one);
    const two = work(await second.subscribe({ group, member: 'm2', topics: [topic] }));
    await takenBy(two);
    const three = work(await third.subscribe({ group, member: 'm3', topics: [topic] }));
    await takenBy(three);
    await one.subscription.close();
    const before = two.taken.length;
    await until(
      () => two.taken.length > before + 200,
      () => 'the second goes on',
    );
    await three.subscription.close();
    saying = false;
    await load;
    await allTaken(said, [one, two, three]);
  });
};

const failureTests = (harness: TransportHarness): void => {
  test('a killed member that comes back under its name has its partitions within a second or two', async (t) => {
    const { topic, group, process, kill } = await scene(t, harness);
    const [doomed, survivor] = [await process(), await process()];
    const one = work(await doomed.subscribe({ group, member: 'm1', topics: [topic] }));
    const two = work(await survivor.subscribe({ group, member: 'm2', topics: [topic] }));
    await untilShared((prefix) => survivor.publish(onEvery(topic, prefix)), [one, two]);
    await kill(doomed);
    const after = onEvery(topic, 'after');
    await survivor.publish(after);
    const restarted = await process();
    const began = performance.now();
    const again = work(await restarted.subscribe({ group, member: 'm1', topics: [topic] }));
    await allTaken(values(after), [two, again]);
    const took = performance.now() - began;
    assert.ok(took < 3_500, `it took ${Math.round(took)} ms`);
    await untilShared((prefix) => survivor.publish(onEvery(topic, prefix)), [two, again]);
  });

  // all mostly wait, so they wait together
  describe('beyond the session timeout', { concurrency: true }, () => {
    test('a member is killed: the other serves its partitions after the session timeout', async (t) => {
      const { topic, group, process, kill } = await scene(t, harness);
      const [doomed, survivor] = [await process(), await process()];
      const one = work(await doomed.subscribe({ group, member: 'm1', topics: [topic] }));
      const two = work(await survivor.subscribe({ group, member: 'm2', topics: [topic] }));
      await untilShared((prefix) => survivor.publish(onEvery(topic, prefix)), [one, two]);
      await kill(doomed);
      const after = onEvery(topic, 'after');
      await survivor.publish(after);
      await allTaken(values(after), [two], harness.sessionTimeout + 10_000);
    });

    test('two processes of one name: the later one works; the other says so, stays quiet, and goes on when it is gone', async (t) => {
      const { topic, group, process, kill } = await scene(t, harness);
      const said: string[] = [];
      const say = (_: unknown, words: string): void => void said.push(words);
      const [first, second, sayer] = [await process({ info: () => undefined, warn: say, error: say }), await process(), await process()];
      const one = work(await first.subscribe({ group, member: 'm1', topics: [topic] }));
      await one.subscription.caughtUp(AbortSignal.timeout(20_000));
      const two = work(await second.subscribe({ group, member: 'm1', topics: [topic] }));
      await until(
        () => first.health().problem.startsWith('Slot m1 is used by another process'),
        () => `the first has not noticed: ${first.health().problem}`,
      );
      for (let round = 0; round < 4; round += 1) {
        const prefix = `both${round}-`;
        await sayer.publish(onEvery(topic, prefix));
        await allTaken(values(onEvery(topic, prefix)), [two]);
        await wait(500); // a process that takes its place back does so before long
        assert.deepEqual(partitionsOf(one, prefix), [], 'the two fight for their place');
        assert.deepEqual([first.health().up, second.health()], [false, { up: true, problem: '' }]);
      }
      assert.ok(said.length <= 1, said.join('\n'));
      await kill(second);
      const after = onEvery(topic, 'after');
      await sayer.publish(after);
      await allTaken(values(after), [one], harness.sessionTimeout + 10_000);
      assert.equal(first.health().problem, '');
    });

    test('not taking is pausing: the member keeps its partitions beyond the session timeout', async (t) => {
      const { topic, group, process } = await scene(t, harness);
      const [first, second] = [await process(), await process()];
      const idle = await first.subscribe({ group, member: 'm1', topics: [topic] });
      const two = work(await second.subscribe({ group, member: 'm2', topics: [topic] }));
      await two.subscription.caughtUp(AbortSignal.timeout(20_000));
      const said = onEvery(topic, 'paused');
      await second.publish(said);
      await wait(harness.sessionTimeout + 1_500);
      const kept = partitions - partitionsOf(two, 'paused').length;
      assert.ok(kept > 0, 'the member that paused has lost all its partitions');
      const one = work(idle);
      await allTaken(values(said), [one, two]);
      assert.equal(partitionsOf(one, 'paused').length, kept);
    });
  });
};

export const groupTests = (harness: TransportHarness): void => {
  describe('groups', () => {
    memberTests(harness);
    failureTests(harness);
  });
};
