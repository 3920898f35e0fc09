import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { murmur2, partitionOf, placeOf, Progress } from './partition.ts';

describe('murmur2', () => {
  // Source: org.apache.kafka.common.utils.UtilsTest.testMurmur2
  const vectors: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [text, hash] of vectors) {
    test(`of ${text}`, () => assert.equal(murmur2(Buffer.from(text)), hash));
  }
});

test('a key is placed by the positive hash of its UTF-8, modulo the partitions', () => {
  assert.equal(placeOf('foobar'), -790332482 & 0x7fffffff);
  assert.equal(partitionOf('foobar', 6), (-790332482 & 0x7fffffff) % 6);
  assert.equal(partitionOf('заказ-№1', 6), (murmur2(new TextEncoder().encode('заказ-№1')) & 0x7fffffff) % 6);
});

const progressed = (handed: readonly bigint[], done: readonly bigint[]): bigint | undefined => {
  const progress = new Progress();
  for (const offset of handed) progress.handed(offset);
  for (const offset of done) progress.done(offset);
  return progress.position;
};

describe('progress', () => {
  test('nothing done', () => assert.equal(progressed([4n, 5n], []), undefined));
  test('in order', () => assert.equal(progressed([4n, 5n, 6n], [4n, 5n]), 6n));
  test('out of order: stays before the first that is not done', () => {
    assert.equal(progressed([4n, 5n, 6n], [6n, 5n]), undefined);
    assert.equal(progressed([4n, 5n, 6n], [6n, 5n, 4n]), 7n);
    assert.equal(progressed([4n, 5n, 6n, 7n], [4n, 6n]), 5n);
  });
  test('gaps in the log', () => assert.equal(progressed([4n, 9n, 20n], [4n, 9n]), 10n));
  test('offsets that are not outstanding change nothing', () => {
    assert.equal(progressed([4n], [3n, 9n]), undefined);
    assert.equal(progressed([4n, 5n], [4n, 4n, 9n]), 5n);
  });
  test('a long run keeps its place', () => {
    const offsets = Array.from({ length: 20_000 }, (_, at) => BigInt(at));
    assert.equal(progressed(offsets, offsets.slice(0, 15_000)), 15_000n);
  });
});
