import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Envelope, keepable, messageId, seal, typeOf, unseal } from './envelope.ts';

const subject = '01920000-0000-7000-8000-000000000001';
const envelope: Envelope = {
  id: `${subject}/OrderCreated`,
  source: '/ensemble/order',
  type: 'OrderCreated',
  subject,
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  data: {
    orderId: subject,
    note: 'für "zwei"\n',
  },
  flow: 'a-flow',
  version: 'v1',
  cause: 'the cause',
};
const altered = (changes: object): string => JSON.stringify({ ...(JSON.parse(seal(envelope)) as object), ...changes });
const sent = { specversion: '1.0', id: 'x', source: 's', type: 'T', subject, data: {} };

test('an id is made of the order and the message, so that the same answer said twice is the same message', () => {
  equal(messageId(subject, 'product-reserved/AVAILABLE'), `${subject}/product-reserved/AVAILABLE`);
});

test('on the wire it is a CloudEvent in one JSON value; what is not known is not there', () => {
  deepEqual(JSON.parse(seal(envelope)), {
    specversion: '1.0',
    id: `${subject}/OrderCreated`,
    source: '/ensemble/order',
    type: 'OrderCreated',
    subject,
    time: '2026-01-02T03:04:05.678Z',
    flow: 'a-flow',
    version: 'v1',
    cause: 'the cause',
    data: {
      orderId: subject,
      note: 'für "zwei"\n',
    },
  });
});

test('words with quotes are sealed too', () => {
  const odd = { ...envelope, id: `${subject}/"odd"`, cause: 'a\\b\n' };
  deepEqual(unseal(seal(odd), 0), { ...odd, traceparent: undefined });
});

describe('the type, without reading all of it', () => {
  test('of what we sealed', () => equal(typeOf(seal(envelope)), 'OrderCreated'));
  test('of what others wrote in another order, is not guessed at', () => {
    equal(typeOf(JSON.stringify({ ...sent, type: 'T' })), 'T');
    const { data: _, ...attributes } = sent;
    equal(typeOf(JSON.stringify({ data: { ...attributes, type: 'U' }, ...attributes })), undefined);
    equal(typeOf(` ${seal(envelope)}`), undefined);
    equal(typeOf('no JSON'), undefined);
  });
  test('an escaped word is read with all of it', () => equal(typeOf(seal({ ...envelope, source: '"s"' })), undefined));
});

test('what is sealed is unsealed as it was', () => deepEqual(unseal(seal(envelope), 0), { ...envelope, traceparent: undefined }));

describe('a message from a foreign program', () => {
  test('may lack the extensions and the time: then it is from when the log took it', () => {
    const { time, flow, version, cause } = unseal(JSON.stringify(sent), 99);
    deepEqual({ time, flow, version, cause }, { time: 99, flow: undefined, version: undefined, cause: undefined });
    equal(unseal(JSON.stringify(sent), 100).time, 100);
    equal(unseal(JSON.stringify({ ...sent, time: 'yesterday' }), 99).time, 99);
  });

  test('may write anything for an extension: what is no text is left out', () => {
    const none = { flow: undefined, version: undefined, cause: undefined, traceparent: undefined };
    deepEqual(unseal(altered({ flow: null, version: 7, cause: {}, traceparent: [] }), 0), { ...envelope, ...none });
  });

  test('may write the order id in capitals: it is the same order', () => {
    equal(unseal(JSON.stringify({ ...sent, subject: subject.toUpperCase() }), 0).subject, subject);
  });

  const refused: readonly (readonly [what: string, value: string, words: RegExp])[] = [
    ['no JSON', '{"id": ', /is not JSON/],
    ['nothing', '', /is not JSON/],
    ['not an object', '17', /is not a JSON object/],
    ['null', 'null', /is not a JSON object/],
    ['no id', JSON.stringify({ ...sent, id: undefined }), /has no id/],
    ['an empty type', JSON.stringify({ ...sent, type: '' }), /has no type/],
    ['a source that is no text', JSON.stringify({ ...sent, source: 5 }), /has no source/],
    ['no subject', JSON.stringify({ ...sent, subject: undefined }), /has no subject/],
    ['a subject that is no order id', JSON.stringify({ ...sent, subject: 'order 66' }), /the subject order 66 is no order id/],
    ['no data', JSON.stringify({ ...sent, data: undefined }), /has no data object/],
    ['data that is text', JSON.stringify({ ...sent, data: 'x' }), /has no data object/],
    ['an id too long for an index', JSON.stringify({ ...sent, id: 'x'.repeat(513) }), /an id that cannot be kept/],
    ['an id with a NUL', JSON.stringify({ ...sent, id: 'a\0b' }), /an id that cannot be kept/],
    [
      'an id with half a surrogate pair',
      `{"id":"\\ud800","source":"s","type":"T","subject":"${subject}","data":{}}`,
      /an id that cannot be kept/,
    ],
  ];
  for (const [what, value, words] of refused) {
    test(`is refused with ${what}`, () => throws(() => unseal(value, 0), { code: 'MESSAGE_MALFORMED', message: words }));
  }
});

test('text that a database cannot hold is made so that it can', () => {
  equal(keepable('as it is'), 'as it is');
  equal(keepable('a\0b\ud800'), 'a\uFFFDb\uFFFD');
});
