import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Member, shareOf } from './share.ts';

const orders = { name: 'orders', partitions: 6 };
const stock = { name: 'stock', partitions: 4 };
const member = (name: string, topics = ['orders', 'stock']): Member => ({ group: 'g', member: name, instance: `${name}!`, topics });
const shares = (members: readonly Member[]): string[] =>
  members.map(({ instance }) =>
    shareOf(instance, [orders, stock], members)
      .map(({ topic, partition }) => `${topic[0]}${partition}`)
      .join(' '),
  );

test('members share by their names, and have the same partitions of all topics', () => {
  assert.deepEqual(shares([member('a')]), ['o0 o1 o2 o3 o4 o5 s0 s1 s2 s3']);
  assert.deepEqual(shares([member('b'), member('a')]), ['o1 o3 o5 s1 s3', 'o0 o2 o4 s0 s2']);
  assert.deepEqual(shares([member('a'), member('b'), member('c'), member('d'), member('e')]), [
    'o0 o5 s0',
    'o1 s1',
    'o2 s2',
    'o3 s3',
    'o4',
  ]);
});

test('a topic is shared by those who read it', () => {
  assert.deepEqual(shares([member('a', ['orders']), member('b')]), ['o0 o2 o4', 'o1 o3 o5 s0 s1 s2 s3']);
});

test('who is not a member any more has nothing', () => {
  assert.deepEqual(shareOf('gone', [orders], [member('a')]), []);
  assert.deepEqual(shareOf('gone', [orders], []), []);
});
