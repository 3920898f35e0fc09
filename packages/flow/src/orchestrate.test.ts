/** What steps compile to: plan, rows, places and paths. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneProduct } from '../fixtures/one-product.ts';
import {
  Begin,
  closes,
  flow,
  holds,
  Lost,
  orderId,
  Ship,
  Shipped,
  ship,
  ships,
  Unship,
  Unshipped,
  unship,
} from '../fixtures/three-steps.ts';
import {
  cancellation,
  command,
  does,
  done,
  event,
  goesOn,
  later,
  on,
  orchestrate,
  paths,
  refused,
  step,
  Text,
  together,
  undoes,
} from './main.ts';

const check = does('fraud.check', { outcomes: { clear: done(), suspect: refused({ reason: Text }) } });
const CheckFraud = command('CheckFraud', 'commands', { orderId });
const Clear = event('Clear', 'events', { orderId });
const checks = step(check, CheckFraud, { clear: Clear, suspect: event('Suspect', 'events', { orderId, reason: Text }) }).undo(
  undoes(check, 'fraud.forget', 'forgotten'),
  command('ForgetFraud', 'commands', { orderId }),
  event('Forgotten', 'events', { orderId }),
);

test('a beginning at a participant is the first step of the plan, done when the saga begins', () => {
  assert.equal(oneProduct.begins.key, 'PlaceOrder');
  assert.equal(oneProduct.plan?.begins, 'order-created/ORDER_CREATED');
  assert.deepEqual(oneProduct.plan?.groups[0], [
    {
      step: 'order.create',
      kind: 'compensatable',
      says: null,
      answers: { 'order-created/ORDER_CREATED': { outcome: 'created', refuses: false } },
      undo: { step: 'order.cancel', says: 'order-updated/ORDER_CANCELLED', answers: [], within: 5_000, giveUp: 900_000 },
      within: 5_000,
      attempts: 5,
    },
  ]);
});

test('a step has deadlines of its own', () =>
  assert.deepEqual(flow({ steps: [holds.within('2s', { attempts: 3 }).giveUpAfter('1h'), ships, closes] }).plan?.groups[0], [
    {
      step: 'stock.hold',
      kind: 'compensatable',
      says: 'Hold',
      answers: { Held: { outcome: 'held', refuses: false }, Short: { outcome: 'short', refuses: true } },
      undo: { step: 'stock.free', says: 'Free', answers: ['Freed'], within: 2_000, giveUp: 3_600_000 },
      within: 2_000,
      attempts: 3,
    },
  ]));

test('a flow has deadlines for all its steps', () => {
  const { plan } = flow({ deadlines: { within: '1s', attempts: 2, giveUpAfter: '1h' } });
  const [first] = plan?.groups[0] ?? [];
  assert.deepEqual([first?.within, first?.attempts, first?.undo?.within, first?.undo?.giveUp], [1_000, 2, 1_000, 3_600_000]);
});

test('what is told has no answer, and an undo that is told neither', () => {
  assert.deepEqual(oneProduct.plan?.groups.at(-1), [
    {
      step: 'order.complete',
      kind: 'retriable',
      says: 'order-updated/ORDER_COMPLETED',
      answers: {},
      undo: null,
      within: 5_000,
      attempts: 5,
    },
  ]);
  assert.deepEqual(oneProduct.plan?.groups[0]?.[0]?.undo?.answers, []);
  assert.equal(oneProduct.places.get('order-updated/ORDER_COMPLETED')?.status, 'COMPLETED');
  assert.equal(oneProduct.places.get('order-updated/ORDER_CANCELLED')?.status, 'CANCELLED');
});

test('an undo says one message for every outcome', () => {
  const row = oneProduct.rows.find(({ does }) => does.name === 'payment.refund');
  assert.deepEqual(
    Object.entries(row?.says ?? {}).map(([outcome, { key }]) => [outcome, key]),
    [
      ['refunded', 'payment-refunded'],
      ['nothing', 'payment-refunded'],
    ],
  );
});

test('without a pivot, steps can be taken back up to the last that can refuse', () => {
  const written = { name: 'plain', coordinator: 'saga', begins: Begin };
  const shipping = step(ship, Ship, { shipped: Shipped, lost: Lost }).undo(unship, Unship, Unshipped);
  const { plan } = orchestrate({ ...written, steps: [holds, shipping, closes] });
  assert.deepEqual(
    plan?.groups.flat().map(({ kind }) => kind),
    ['compensatable', 'compensatable', 'retriable'],
  );
});

test('where every step can be taken back, the customer cancels before the last', () => {
  const shipping = step(ship, Ship, { shipped: Shipped, lost: Lost }).undo(unship, Unship, Unshipped);
  const made = flow({ steps: [holds, checks, shipping], cancel: cancellation('requests') });
  assert.deepEqual(paths(made).find(({ name }) => name === 'cancelled by the customer')?.messages, [
    'Begin',
    'Hold',
    'Held',
    'CheckFraud',
    'Clear',
    'CancelOrderRequested',
    'ForgetFraud',
    'Forgotten',
    'Free',
    'Freed',
  ]);
});

test('steps together are asked at once, and one refusal undoes the others', () => {
  const { plan, places, ...rest } = flow({ steps: [holds, together(checks, second), ships, closes] });
  assert.deepEqual(
    plan?.groups.map((group) => group.map((one) => one.step)),
    [['stock.hold'], ['fraud.check', 'gift.wrap'], ['parcel.ship'], ['stock.close']],
  );
  assert.deepEqual(paths({ plan, places, ...rest }).find(({ name }) => name === 'fraud.check suspect')?.messages, [
    'Begin',
    'Hold',
    'Held',
    'CheckFraud',
    'Wrap',
    'Wrapped',
    'Suspect',
    'Unwrap',
    'Unwrapped',
    'Free',
    'Freed',
  ]);
});

const wrap = does('gift.wrap', { outcomes: { wrapped: done() } });
const second = step(wrap, command('Wrap', 'commands', { orderId }), { wrapped: event('Wrapped', 'events', { orderId }) }).undo(
  undoes(wrap, 'gift.unwrap', 'unwrapped'),
  command('Unwrap', 'commands', { orderId }),
  event('Unwrapped', 'events', { orderId }),
);

test('what comes later undoes every step', () => {
  const crash = goesOn(ship, 'parcel.crash', { outcomes: { crashed: done() }, unasked: true });
  const crashed = flow({ also: [later(crash, { crashed: event('Crashed', 'events', { orderId }, { tone: 'failure' }) })] });
  assert.deepEqual(crashed.plan?.later, ['Crashed']);
  assert.deepEqual(paths(crashed).at(-1), {
    name: 'later Crashed',
    messages: ['Begin', 'Hold', 'Held', 'Ship', 'Shipped', 'Close', 'Closed', 'Crashed', 'Unship', 'Unshipped', 'Free', 'Freed'],
  });
});

test('what a listener says stands where it heard, with the status the order had', () => {
  const stamp = goesOn(ship, 'parcel.stamp', { outcomes: { stamped: done() } });
  const file = goesOn(ship, 'parcel.file', { outcomes: { filed: done() } });
  const listened = flow({ also: [on(Shipped, stamp, { stamped: Stamped }), on(Stamped, file)] });
  assert.deepEqual(listened.places.get('Stamped'), { rank: (listened.places.get('Shipped')?.rank ?? 0) + 1, status: 'RUNNING' });
});

const Stamped = event('Stamped', 'events', { orderId });

test('the version changes with the plan and with the rows, and with nothing else', () => {
  const { version } = flow({});
  assert.match(version, /^[0-9a-f]{8}$/);
  assert.equal(flow({ words: { RUNNING: 'OPEN' } }).version, version);
  assert.notEqual(flow({ deadlines: { within: '6s' } }).version, version);
  assert.notEqual(flow({ steps: [holds, ships] }).version, version);
});

test('every path of one product', () => {
  const asked = ['PlaceOrder', 'order-created/ORDER_CREATED', 'reserve-product'];
  const reserved = [...asked, 'product-reserved/AVAILABLE', 'process-payment'];
  const release = ['cancel-product-reservation', 'product-reservation-cancelled', 'order-updated/ORDER_CANCELLED'];
  const cancelled = [...asked, 'product-reserved/AVAILABLE', 'CancelOrderRequested', ...release];
  assert.deepEqual(Object.fromEntries(paths(oneProduct).map(({ name, messages }) => [name, messages])), {
    completed: [...reserved, 'payment-processed/PAYMENT_APPROVED', 'order-updated/ORDER_COMPLETED'],
    'inventory.reserve unavailable': [...asked, 'product-reserved/UNAVAILABLE', 'order-updated/ORDER_CANCELLED'],
    'payment.charge declined': [...reserved, 'payment-processed/PAYMENT_REJECTED', ...release],
    'inventory.reserve unanswered': [...asked, ...release],
    'payment.charge unanswered': [...reserved, 'refund-payment', 'payment-refunded', ...release],
    'cancelled by the customer': cancelled,
  });
});
