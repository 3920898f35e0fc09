import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('what was made of a text is there for whoever comes next with the same', () => {
  const recent = new Recent<object>(100);
  const made = {};
  recent.set('a text', made);
  equal(recent.get(['a', 'text'].join(' ')), made);
  equal(recent.get('another'), undefined);
});

test('a text that only begins like another is not taken for it; the later is kept', () => {
  const recent = new Recent<number>(10_000);
  const alike = (end: string): string => 'x'.repeat(200) + end;
  recent.set(alike('a'), 1);
  equal(recent.get(alike('b')), undefined);
  recent.set(alike('b'), 2);
  deepEqual([recent.get(alike('a')), recent.get(alike('b'))], [undefined, 2]);
});

test('the latest are kept, half of the room at least and all of it at the most', () => {
  const recent = new Recent<number>(100);
  const texts = Array.from({ length: 40 }, (_, number) => String(number).padStart(10, '.'));
  for (const [number, text] of texts.entries()) {
    recent.set(text, number);
    const kept = texts.filter((each) => recent.get(each) !== undefined);
    deepEqual(kept, texts.slice(number + 1 - kept.length, number + 1));
    equal(kept.length <= 10 && kept.length >= Math.min(5, number + 1), true, `${kept.length} of 10`);
  }
});
