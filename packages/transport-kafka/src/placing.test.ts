import { placeOf } from '@ensemble/engine/partition';
import { compatibilityPartitioner } from '@platformatic/kafka';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameOfEveryTopic } from './membership.ts';

test('a key is placed as by the client that speaks for Kafka', () => {
  for (const key of ['', 'a', 'ab', 'abc', 'abcd', 'order-1', '0198c5f2-7a7e-7bb2-9d6c-2f1f5f0e8a11', 'заказ', '🛒🛒']) {
    assert.equal(placeOf(key), compatibilityPartitioner({ topic: 't' }, Buffer.from(key)), key);
  }
});

test('members have the same partitions of every topic, and each partition has one member', () => {
  const members = new Map(['b', 'a', 'c'].map((memberId) => [memberId, { memberId, version: 1 }]));
  const topic = (id: string, partitionsCount: number) => ({ id, partitions: [], partitionsCount, lastUpdate: 0 });
  const topics = new Map([
    ['one', topic('1', 6)],
    ['two', topic('2', 4)],
  ]);
  const metadata = { id: 'c', brokers: new Map(), controllerId: 1, lastUpdate: 0, topics };
  const shares = sameOfEveryTopic('a', members, new Set(topics.keys()), metadata);
  const listed = shares.map(({ memberId, assignments }) => [memberId, [...assignments.values()].map(({ partitions }) => partitions)]);
  assert.deepEqual(listed, [
    [
      'a',
      [
        [0, 3],
        [0, 3],
      ],
    ],
    ['b', [[1, 4], [1]]],
    ['c', [[2, 5], [2]]],
  ]);
});
