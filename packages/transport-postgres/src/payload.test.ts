import type { Outgoing } from '@ensemble/engine/transport';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Payload, unpack } from './payload.ts';

const packed = (messages: readonly Outgoing[]): string => {
  const payload = new Payload();
  messages.forEach((message, at) => payload.add(message, at % 6));
  return payload.toString();
};

test('a payload reads as a line of what is in it, and the values', () => {
  const said = [
    { topic: 'orders', key: 'o-1', value: '{"a":1}' },
    { topic: 'stock', key: 'o-2', value: '[\n]', headers: { h: 'v' } },
  ];
  assert.equal(packed(said), '[["orders",0,"o-1",7],["stock",1,"o-2",3,{"h":"v"}]]\n{"a":1}[\n]');
});

test('what is long is kept short', () => {
  const said = Array.from({ length: 1_000 }, (_, n) => ({ topic: 'orders', key: `o-${n}`, value: `{"n":${n},"name":"für zwei"}` }));
  const payload = packed(said);
  assert.ok(payload.length < 10_000, `${payload.length} characters`);
  assert.deepEqual(
    unpack(7, payload, 5).items.map(({ delivery: { topic, key, value } }) => ({ topic, key, value })),
    said,
  );
});

test('what was packed is unpacked, whatever it is, and the database can hold it', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('\0'), fc.constant('\ud800 alone'), fc.constant(''));
  const message = fc.record(
    { topic: text, key: text, value: text, headers: fc.dictionary(text, text) },
    { requiredKeys: ['topic', 'key', 'value'] },
  );
  const check = (messages: Outgoing[]): void => {
    const payload = packed(messages);
    assert.ok(payload.isWellFormed() && !payload.includes('\0'));
    const expected = messages.map((said, at) => ({ ...said, partition: at % 6, offset: (7n << 16n) + BigInt(at), timestamp: 5 }));
    const { items, position } = unpack(7, payload, 5);
    assert.equal(position, 7);
    assert.deepEqual(
      items.map(({ delivery }) => ({ ...delivery, ...(delivery.headers === undefined ? {} : { headers: { ...delivery.headers } }) })),
      expected.map((one) => ({ ...one, ...(one.headers === undefined ? {} : { headers: { ...one.headers } }) })),
    );
  };
  fc.assert(fc.property(fc.array(message, { minLength: 1 }), check));
});
