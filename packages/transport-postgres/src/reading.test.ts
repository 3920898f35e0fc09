import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Item, offsetOf } from './entry.ts';
import { Reading } from './reading.ts';

const item = (position: number, place: number): Item => ({
  delivery: { topic: 't', partition: 0, offset: offsetOf(position, place), key: 'k', value: 'v', timestamp: 0 },
  bytes: 2,
});
const readingFrom = (position: number, place: number): Reading =>
  new Reading({ topic: 't', partition: 0, offset: offsetOf(position, place) }, position - 1);

test('what an earlier owner worked is not wanted again', () => {
  const reading = readingFrom(5, 2);
  assert.deepEqual(
    [item(5, 1), item(5, 2), item(6, 0)].map((one) => reading.wants(one)),
    [false, true, true],
  );
});

test('while something is outstanding a restart begins at the first that is not done', () => {
  const reading = readingFrom(5, 0);
  const [first, second] = [item(5, 0), item(5, 7)];
  for (const one of [first, second]) {
    reading.wants(one);
    reading.handed(one.delivery.offset);
  }
  reading.at = 9;
  assert.equal(reading.news(true), undefined);
  reading.done(second.delivery.offset);
  assert.equal(reading.news(true), undefined);
  reading.done(first.delivery.offset);
  assert.equal(reading.news(false), offsetOf(10, 0));
  reading.written(offsetOf(10, 0));
  assert.equal(reading.news(true), undefined);
});

test('what is queued and not handed out holds a restart back too', () => {
  const reading = readingFrom(5, 0);
  reading.wants(item(5, 0));
  reading.handed(offsetOf(5, 0));
  reading.wants(item(6, 3));
  reading.at = 6;
  reading.done(offsetOf(5, 0));
  assert.equal(reading.news(false), offsetOf(5, 1));
});

test('a partition where nothing happens moves along with the log, and says so when asked for quiet ones', () => {
  const reading = readingFrom(1, 0);
  reading.at = 1_000;
  assert.equal(reading.news(false), undefined);
  assert.equal(reading.news(true), offsetOf(1_001, 0));
});
