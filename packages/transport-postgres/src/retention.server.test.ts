import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHead } from './entries.ts';
import type { Link } from './link.ts';
import { removeOld } from './retention.ts';
import { messages, takeAll, testLog } from './test-log.ts';

const positions = async (link: Link): Promise<readonly number[]> =>
  (await link.query({ name: 'positions', text: 'select position from entries order by position' })).map(([position]) => Number(position));

test('entries are removed when they are old and all groups have passed them', async (t) => {
  const log = await testLog(t);
  const link = log.link();
  const transport = log.process();
  await transport.prepare(['orders'], 6);
  const subscribe = (group: string) => transport.subscribe({ group, member: 'm', topics: ['orders'] });
  const [ahead, slow] = [await subscribe('ahead'), await subscribe('slow')];
  for (let at = 0; at < 10; at += 1) await transport.publish(messages(1));
  await takeAll(ahead, 10);
  slow.done(await slow.take({ messages: 4, bytes: 10_000 }));
  await Promise.all([ahead.close(), slow.close()]);

  assert.equal(await removeOld(link, 3_600_000), 0, 'they are not old');
  assert.equal(await removeOld(link, 0), 3, 'a group without a member is waited for, at the entry of its last message');
  assert.deepEqual(await positions(link), [4, 5, 6, 7, 8, 9, 10]);

  const again = await subscribe('slow');
  assert.equal((await takeAll(again, 6)).length, 6);
  await again.close();
  assert.equal(await removeOld(link, 0), 7);
  assert.equal(await readHead(link), 10, 'positions go on where they were');
  await transport.publish(messages(1, () => 'next'));
  const fresh = await takeAll(await subscribe('new'), 1);
  assert.deepEqual(
    fresh.map(({ value, offset }) => [value, offset]),
    [['next', 11n << 16n]],
  );
});

test('a topic that a group does not read any more holds nothing back', async (t) => {
  const log = await testLog(t);
  const link = log.link();
  const transport = log.process();
  await transport.prepare(['orders', 'returns'], 6);
  const both = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders', 'returns'] });
  await both.close();
  for (let at = 0; at < 3; at += 1) await transport.publish(messages(1));
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  await takeAll(subscription, 3);
  const deadline = performance.now() + 10_000;
  let removed = 0;
  while (removed < 3 && performance.now() < deadline) removed += await removeOld(link, 0);
  assert.equal(removed, 3);
});
