import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { silentLog } from '@ensemble/engine';
import { messages, type TestLog, takeAll, testLog, within } from './test-log.ts';

/** A member in a process of its own, that says each value it takes on its standard output. */
async function member(t: TestContext, { url, schema }: TestLog, name: string): Promise<{ child: ChildProcess; taken: string[] }> {
  const source = `
    import { postgresTransport } from ${JSON.stringify(new URL('main.ts', import.meta.url).href)};
    const transport = postgresTransport(${JSON.stringify({ url, schema })});
    const subscription = await transport.subscribe({ group: 'g', member: ${JSON.stringify(name)}, topics: ['orders'] });
    console.log('here');
    for (;;) {
      const batch = await subscription.take({ messages: 100, bytes: 100000 });
      console.log(batch.map(({ value }) => value).join('\\n'));
      subscription.done(batch);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const taken: string[] = [];
  const here = Promise.withResolvers<void>();
  child.once('exit', () => here.reject(new Error('the member ended')));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    taken.push(...text.split('\n').filter(Boolean));
    here.resolve();
  });
  await here.promise;
  return { child, taken };
}

/** Says rounds of 24 until each message of one came to one side only, and some to either: then the partitions are shared. */
async function shared(say: (round: string) => Promise<void>, here: readonly string[], there: readonly string[]): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const prefix = `share${randomUUID()}-`;
    const counts = (): readonly number[] => [here, there].map((taken) => taken.filter((value) => value.startsWith(prefix)).length);
    await say(prefix);
    const all = await within(200, () => counts().reduce((sum, count) => sum + count) >= 24);
    if (all && counts().every((count) => count > 0 && count < 24)) return;
  }
  assert.fail('the partitions were never shared');
}

test('a killed process loses its partitions as soon as the server knows; a stopped one when it was silent for too long', async (t) => {
  const log = await testLog(t);
  const transport = log.process();
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'b', topics: ['orders'] });
  const here: string[] = [];
  const taking = (async () => {
    for (;;) {
      const batch = await subscription.take({ messages: 100, bytes: 100_000 });
      if (batch.length === 0) return;
      here.push(...batch.map(({ value }) => value));
      subscription.done(batch);
    }
  })();
  const say = (round: string) => transport.publish(messages(24, (at) => `${round}${at}`));
  /** Milliseconds until all that is said now has come here. */
  const takenOver = async (round: string): Promise<number> => {
    const began = performance.now();
    await say(round);
    const count = (): number => new Set(here.filter((value) => value.startsWith(round))).size;
    assert.ok(await within(20_000, () => count() === 24), `${count()} of 24`);
    return performance.now() - began;
  };

  const killed = await member(t, log, 'a');
  await shared(say, here, killed.taken);
  killed.child.kill('SIGKILL');
  const afterKill = await takenOver('killed-');
  assert.ok(afterKill < 2_500, `after a kill it took ${Math.round(afterKill)} ms`);

  const stopped = await member(t, log, 'a');
  await shared(say, here, stopped.taken);
  stopped.child.kill('SIGSTOP');
  const afterStop = await takenOver('stopped-');
  assert.ok(afterStop > 3_000 && afterStop < 9_000, `after a stop it took ${Math.round(afterStop)} ms`);
  stopped.child.kill('SIGCONT');
  await shared(say, here, stopped.taken);
  await subscription.close();
  await taking;
});

test('a restarted member continues where it was, and reads nothing of what was not for it again', async (t) => {
  const log = await testLog(t);
  const transport = log.process();
  await transport.prepare(['orders', 'quiet'], 6);
  const subscribe = () => transport.subscribe({ group: 'g', member: 'm', topics: ['orders', 'quiet'] });
  const first = await subscribe();
  await transport.publish(messages(100));
  await takeAll(first, 100);
  await first.close();
  const [row] = await log.link().query({ name: 'lowest', text: 'select min(position), count(*) from offsets' });
  assert.deepEqual(row, [String(2 * 65_536), '12'], 'quiet partitions have moved along');
});

test('groups that are entered at the same time are not taken for displaced', async (t) => {
  const log = await testLog(t);
  const errors: string[] = [];
  const transport = log.process({ log: { ...silentLog, error: (_, text) => errors.push(text) } });
  await transport.prepare(['orders'], 6);
  const groups = Array.from({ length: 8 }, (_, at) => `g${at}`);
  for (let round = 0; round < 5; round += 1) {
    const entered = await Promise.all(groups.map((group) => transport.subscribe({ group, member: `${group}-1`, topics: ['orders'] })));
    assert.deepEqual(errors, []);
    await Promise.all(entered.map((subscription) => subscription.close()));
  }
});
