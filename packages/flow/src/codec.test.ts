import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Type } from 'typebox';
import { registry } from '../fixtures/registry.ts';
import { orderUpdated, oneProduct, productReserved } from '../fixtures/one-product.ts';
import { codecOf } from './codec.ts';
import { Amount, command, event, fact, Id, Line, Text } from './main.ts';

const CreateParcel = command('CreateParcel', 'parcels', {
  orderId: Id,
  customerId: Id,
  paymentId: Id,
  productId: fact('lines.0.productId', Line.properties.productId),
  quantity: fact('lines.0.quantity', Line.properties.quantity),
});
const Refuse = command('Refuse', 'orders', { orderId: Id, reason: Type.Optional(Text) });

const facts = {
  orderId: 'o-1',
  customerId: 'c-1',
  lines: [{ productId: 'keyboard', quantity: 2 }],
  total: 2500,
  currency: 'EUR',
  paymentId: 'p-1',
  paymentMethod: 'card',
  reason: 'late',
  shipmentId: 's-1',
};

test('an id and a text are what every store keeps: whole characters, and no NUL', () => {
  const { problem } = codecOf(event('Said', 'said', { id: Id, text: Text }));
  const fits = (value: string) => [problem({ id: value, text: 'x' }), problem({ id: 'x', text: value })].map((each) => each === null);
  for (const good of ['x', 'für "zwei"\n', '\u{1F600}', '\u{10FFFF}']) assert.deepEqual(fits(good), [true, true], JSON.stringify(good));
  for (const bad of ['\0', 'a\0b', '\uD83D', 'a\uDE00', '\uDE00\uD83D']) assert.deepEqual(fits(bad), [false, false], JSON.stringify(bad));
});

test('facts become wire fields by path, and what the message does not carry stays out', () =>
  assert.deepEqual(codecOf(CreateParcel).encode(facts), {
    orderId: 'o-1',
    customerId: 'c-1',
    paymentId: 'p-1',
    productId: 'keyboard',
    quantity: 2,
  }));

test('wire fields become facts, and unknown fields are left aside', () =>
  assert.deepEqual(codecOf(CreateParcel).decode({ orderId: 'o-1', productId: 'keyboard', quantity: 2, colour: 'red' }), {
    orderId: 'o-1',
    lines: [{ productId: 'keyboard', quantity: 2 }],
  }));

test('a fact that is not known is left out', () => assert.deepEqual(codecOf(Refuse).encode({ orderId: 'o-1' }), { orderId: 'o-1' }));

test('a part of a fact is learnt without losing the rest, and without changing what was known', () => {
  const known = {
    orderId: 'o-1',
    lines: [
      { productId: 'keyboard', quantity: 2 },
      { productId: 'mouse', quantity: 1 },
    ],
  };
  const before = structuredClone(known);
  assert.deepEqual(codecOf(productReserved.AVAILABLE).learn(known, { orderID: 'o-1', productID: 'KEYBOARD' }), {
    orderId: 'o-1',
    lines: [
      { productId: 'KEYBOARD', quantity: 2 },
      { productId: 'mouse', quantity: 1 },
    ],
  });
  assert.deepEqual(known, before);
});

test('a variant says its field', () =>
  assert.deepEqual(codecOf(orderUpdated.ORDER_COMPLETED).encode(facts), { orderID: 'o-1', status: 'ORDER_COMPLETED' }));

test('what is wrong with data, in words with paths', () => {
  const message = event('Priced', 'events', {
    orderId: Id,
    total: fact('total', Amount),
    lines: Type.Array(Type.Object({ price: Amount })),
  });
  const { problem } = codecOf(message);
  assert.equal(problem({ orderId: 'o-1', total: 5, lines: [{ price: 1 }], more: true }), null);
  assert.equal(problem({ orderId: 'o-1', total: -1, lines: [{ price: 'x' }] }), 'total must be >= 0; lines.0.price must be integer');
  assert.equal(problem({ orderId: 'o-1' }), 'must have required properties total, lines');
  assert.equal(problem(null), 'must be object');
  assert.equal(codecOf(orderUpdated.ORDER_COMPLETED).problem({ orderID: 'o-1', status: 'LOST' }), `status must be equal to constant`);
});

const plain = { noNullPrototype: true } as const;
/** Values that JSON keeps. */
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.record({ productId: fc.string(), quantity: fc.nat() }, plain)));
const known = fc.dictionary(fc.constantFrom(...Object.keys(facts).filter((name) => name !== 'lines')), value);
const lines = fc.array(fc.record({ productId: fc.string({ minLength: 1 }), quantity: fc.integer({ min: 1 }) }, plain), {
  minLength: 1,
  maxLength: 3,
});

test('what is decoded says the same again, for every message of every flow', () => {
  const messages = [CreateParcel, Refuse, ...[registry, oneProduct].flatMap((flow) => [...flow.messages.values()])];
  fc.assert(
    fc.property(fc.constantFrom(...messages), known, lines, (message, some, ordered) => {
      const { encode, decode, learn } = codecOf(message);
      const all = { ...some, lines: ordered };
      const data = encode(all);
      assert.deepEqual(encode(decode(data)), data);
      assert.deepEqual(learn(all, data), all);
    }),
  );
});
