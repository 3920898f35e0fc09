import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { tables as gatewayTables } from '@ensemble/gateway';
import { pricing } from '@ensemble/product';
import { type Desk, keyboard, openDesk } from '../../test/desk.ts';
import { flows } from '../catalogue.ts';
import type { Problem } from './problems.ts';
import type { EntryView, OrderView } from './views.ts';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

const line = (productId: string, quantity: unknown) => ({ lines: [{ productId, quantity }] });
const twoLines = {
  lines: [
    { productId: 'keyboard', quantity: 1 },
    { productId: 'mouse', quantity: 1 },
  ],
};
const placed = ({ body }: { body: never }): string => (body as { orderId: string }).orderId;

describe('an order that is placed', () => {
  test('is answered 202 with its address, and ends COMPLETED', async () => {
    const { status, headers, body } = await desk.post('/api/orders', { ...keyboard, paymentMethod: 'wallet' });
    const { orderId } = body as { orderId: string };
    const self = `/api/orders/${orderId}`;
    deepEqual([status, headers.get('location')], [202, self]);
    deepEqual(body, {
      orderId,
      status: 'ACCEPTED',
      statusWord: 'ACCEPTED',
      links: { self, timeline: `${self}/timeline`, events: `${self}/events`, cancel: `${self}/cancel` },
    });
    match(orderId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await desk.reaches(orderId, 'COMPLETED');
    const order = (await desk.get(self)).body as OrderView;
    deepEqual(
      { ...order, createdAt: '', updatedAt: '' },
      {
        orderId,
        flow: 'create-order',
        status: 'COMPLETED',
        statusWord: 'COMPLETED',
        customerId: 'demo',
        lines: [{ productId: 'keyboard', quantity: 1, name: 'Keyboard', price: 7_900 }],
        total: 7_900,
        currency: 'EUR',
        reason: null,
        createdAt: '',
        updatedAt: '',
        links: (body as OrderView).links,
        archived: null,
        waitingFor: [],
      },
    );
  });

  test('has a timeline: who said what, and what changed', async () => {
    const orderId = await desk.place(line('mouse', 2));
    await desk.reaches(orderId, 'COMPLETED');
    const { entries } = (await desk.get(`/api/orders/${orderId}/timeline`)).body as { entries: readonly EntryView[] };
    deepEqual(
      entries.map(({ by, message, status }) => [by, message, status]),
      [
        ['order', 'OrderCreated', 'RUNNING'],
        ['product', 'ProductsValidated', 'RUNNING'],
        ['inventory', 'InventoryReserved', 'RUNNING'],
        ['payment', 'PaymentCompleted', 'RUNNING'],
        ['order', 'OrderCompleted', 'COMPLETED'],
      ],
    );
    deepEqual(entries[1]?.changed, {
      pricedLines: [{ productId: 'mouse', quantity: 2, name: 'Mouse', price: 3_490 }],
      total: 6_980,
      currency: 'EUR',
    });
  });

  test('is in the list, newest first', async () => {
    const [first, second] = [await desk.place(), await desk.place()];
    await Promise.all([desk.reaches(first, 'COMPLETED'), desk.reaches(second, 'COMPLETED')]);
    const { orders } = (await desk.get('/api/orders?limit=2&status=COMPLETED')).body as { orders: readonly OrderView[] };
    deepEqual(
      orders.map(({ orderId }) => orderId),
      [second, first],
    );
  });

  for (const [what, order, reason] of [
    ['a card that is declined', { ...keyboard, paymentMethod: 'declined-card' }, /declined/],
    ['an unknown payment method', { ...keyboard, paymentMethod: 'shells' }, /shells/],
    ['a product that there is not', line('unicorn', 1), /unicorn/],
    ['more than there is', line('webcam', 10_000), /webcam/],
    ['more than the customer has', line('desk', 10_000), /money/],
  ] as const) {
    test(`ends CANCELLED with the reason: ${what}`, async () => {
      const orderId = await desk.place(order);
      await desk.reaches(orderId, 'CANCELLED');
      match(((await desk.get(`/api/orders/${orderId}`)).body as OrderView).reason ?? '', reason);
    });
  }
});

for (const flow of flows)
  test(`an order of ${flow.name} goes on and ends in its flow's own words`, async () => {
    const orderId = await desk.place({ ...keyboard, flow: flow.name });
    await desk.reaches(orderId, 'COMPLETED');
    const { status, statusWord, total } = (await desk.get(`/api/orders/${orderId}`)).body as OrderView;
    deepEqual([status, statusWord, total], ['COMPLETED', flow.words.COMPLETED ?? 'COMPLETED', 7_900]);
    const { entries } = (await desk.get(`/api/orders/${orderId}/timeline`)).body as { entries: readonly EntryView[] };
    deepEqual(
      [...new Set(entries.map((entry) => `${entry.status} is ${entry.statusWord}`))],
      (['RUNNING', 'COMPLETED'] as const).map((each) => `${each} is ${flow.words[each] ?? each}`),
    );
    const { body } = await desk.post(`/api/orders/${orderId}/cancel`);
    equal((body as Problem).detail, `Order ${orderId} is ${flow.words.COMPLETED ?? 'COMPLETED'} already.`);
  });

describe('what is refused, with its code', () => {
  const cases: readonly (readonly [string, unknown, number, string])[] = [
    ['no JSON', '{"lines":', 400, 'REQUEST_MALFORMED'],
    ['an empty body', '', 400, 'REQUEST_MALFORMED'],
    ['a poisoned prototype', '{"__proto__": {"lines": []}}', 400, 'REQUEST_MALFORMED'],
    ['a text', '"keyboard"', 422, 'REQUEST_INVALID'],
    ['null', 'null', 422, 'REQUEST_INVALID'],
    ['no lines and an empty cart', {}, 422, 'CART_EMPTY'],
    ['an empty order', { lines: [] }, 422, 'REQUEST_INVALID'],
    ['quantity 0', line('keyboard', 0), 422, 'REQUEST_INVALID'],
    ['a negative quantity', line('keyboard', -1), 422, 'REQUEST_INVALID'],
    ['half a keyboard', line('keyboard', 0.5), 422, 'REQUEST_INVALID'],
    ['an absurd quantity', line('keyboard', 1e300), 422, 'REQUEST_INVALID'],
    ['a quantity in words', line('keyboard', '2'), 422, 'REQUEST_INVALID'],
    ['a product id with a NUL', line('key\0board', 1), 422, 'REQUEST_INVALID'],
    ['a product id without end', line('k'.repeat(65), 1), 422, 'REQUEST_INVALID'],
    ['101 lines', { lines: Array.from({ length: 101 }, (_, at) => ({ productId: `p${at}`, quantity: 1 })) }, 422, 'REQUEST_INVALID'],
    ['duplicate lines', { lines: [...keyboard.lines, ...keyboard.lines] }, 422, 'LINES_REPEATED'],
    ['an unknown flow', { ...keyboard, flow: 'wishful' }, 422, 'FLOW_UNKNOWN'],
    ['two lines where the flow carries one', { ...twoLines, flow: 'order-approval' }, 422, 'ORDER_NOT_CARRIED'],
    ['a way to pay that the flow does not carry', { ...keyboard, paymentMethod: 'wallet', flow: 'place-order' }, 422, 'ORDER_NOT_CARRIED'],
    [
      'a product without a price, where the flow begins with the cost',
      { ...line('unicorn', 1), flow: 'place-order' },
      422,
      'REQUEST_INVALID',
    ],
    ['a total below zero', { ...keyboard, total: -1 }, 422, 'REQUEST_INVALID'],
    ['a total in words', { ...keyboard, total: '79.00' }, 422, 'REQUEST_INVALID'],
    ['a currency that is none', { ...keyboard, total: 7_900, currency: 'euro' }, 422, 'REQUEST_INVALID'],
    ['a body over 64 KB', JSON.stringify({ ...keyboard, note: 'x'.repeat(65_536) }), 413, 'BODY_TOO_LARGE'],
  ];
  for (const [what, body, status, code] of cases) {
    test(what, async () => {
      const answer = await desk.post('/api/orders', body);
      const problem = answer.body as Problem;
      deepEqual([answer.status, problem.code, problem.status, problem.instance], [status, code, status, '/api/orders']);
      match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      ok(problem.title && problem.detail && problem.todo);
    });
  }

  test('a body that is no JSON by its own word', async () => {
    const { status, body } = await desk.post('/api/orders', 'lines=1', { 'content-type': 'text/plain' });
    deepEqual([status, (body as Problem).code], [415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  test('an unknown flow is told which there are', async () => {
    const { body } = await desk.post('/api/orders', { ...keyboard, flow: 'wishful' });
    deepEqual(
      (body as Problem).details['flows'],
      flows.map(({ name }) => name),
    );
  });

  for (const [path, status, code] of [
    ['/api/orders/01890000-0000-7000-8000-000000000000', 404, 'ORDER_UNKNOWN'],
    ['/api/orders/01890000-0000-7000-8000-000000000000/timeline', 404, 'ORDER_UNKNOWN'],
    ['/api/orders/01890000-0000-7000-8000-000000000000/events', 404, 'ORDER_UNKNOWN'],
    ['/api/orders/..%2f..%2fetc', 404, 'ORDER_UNKNOWN'],
    ['/api/orders/%zz', 400, 'REQUEST_MALFORMED'],
    ['/api/orders?limit=0', 422, 'REQUEST_INVALID'],
    ['/api/orders?status=LOST', 422, 'REQUEST_INVALID'],
    ['/api/orders?customerId=a%00b', 422, 'REQUEST_INVALID'],
    ['/api/products/%00', 422, 'REQUEST_INVALID'],
    ['/api/products/%ed%a0%80', 400, 'REQUEST_MALFORMED'],
    ['/api/products/caf%c3%a9', 422, 'REQUEST_INVALID'],
    ['/api/products/unicorn', 404, 'PRODUCT_UNKNOWN'],
    ['/api/flows/wishful', 404, 'FLOW_NOT_FOUND'],
    ['/nowhere', 404, 'ROUTE_UNKNOWN'],
  ] as const) {
    test(`GET ${path}`, async () => {
      const { status: answered, body } = await desk.get(path);
      deepEqual([answered, (body as Problem).code], [status, code]);
    });
  }
});

test('the flows: what each is, which is the usual one, and what of an order their first messages carry', async () => {
  const { body } = await desk.get('/api/flows');
  const { usual, flows: listed } = body as {
    readonly usual: string;
    readonly flows: readonly { readonly name: string; readonly about: string; readonly carries: object }[];
  };
  equal(usual, 'create-order');
  deepEqual(
    listed.map(({ name, about }) => [name, about]),
    flows.map(({ name, about }) => [name, about]),
  );
  const carried = Object.fromEntries(listed.map(({ name, carries }) => [name, Object.values(carries)]));
  deepEqual(carried, {
    standard: [true, true],
    'create-order': [true, true],
    'order-approval': [false, true],
    choreography: [true, true],
    'place-order': [false, false],
  });
});

describe('an order that says what it costs', () => {
  for (const flow of flows)
    test(`is taken where it does, and else refused with what it costs now: ${flow.name}`, async () => {
      const order = { ...line('keyboard', 2), flow: flow.name };
      const orderId = await desk.place({ ...order, total: 15_800, currency: 'EUR' });
      await desk.reaches(orderId, 'COMPLETED');
      const accepted = async () => (await desk.stores.get('gateway')?.select(gatewayTables.accepted, {}))?.length;
      const before = await accepted();
      for (const said of [{ total: 15_799 }, { total: 15_801, currency: 'EUR' }, { total: 15_800, currency: 'USD' }, { currency: 'USD' }]) {
        const { status, body } = await desk.post('/api/orders', { ...order, ...said }, { 'idempotency-key': 'not used up' });
        deepEqual([status, (body as Problem).code, (body as Problem).retry], [409, 'PRICE_CHANGED', false]);
        const shown = { total: 15_800, currency: 'EUR', ...said };
        deepEqual((body as Problem).details, { total: 15_800, currency: 'EUR', shown });
      }
      equal(await accepted(), before);
    });

  test('is taken under the key under which it was refused, and is that order however it is priced later', async () => {
    const [old, now] = [
      { ...line('desk', 1), total: 39_000, currency: 'EUR' },
      { ...line('desk', 1), total: 39_900, currency: 'EUR' },
    ];
    const key = { 'idempotency-key': 'at the price of now' };
    deepEqual((await desk.post('/api/orders', old, key)).status, 409);
    const first = await desk.post('/api/orders', now, key);
    await desk.system.services.get('product')?.perform(pricing({ productId: 'desk', price: 41_000 }));
    const again = await desk.post('/api/orders', now, key);
    deepEqual([first.status, again.status, placed(again), again.headers.get('idempotency-replayed')], [202, 202, placed(first), 'true']);
    deepEqual((await desk.post('/api/orders', now, { 'idempotency-key': 'another' })).status, 409);
  });

  test('of a product that there is not is refused before it is taken', async () => {
    const { status, body } = await desk.post('/api/orders', { ...line('unicorn', 1), total: 1, currency: 'EUR' });
    deepEqual([status, (body as Problem).code, (body as Problem).details], [422, 'REQUEST_INVALID', { productId: 'unicorn' }]);
  });
});

describe('an Idempotency-Key', () => {
  test('gives the order in the words of its own flow, whichever is the usual one by now', async () => {
    const worded = flows.map((flow) => ({ ...flow, words: { ...flow.words, ACCEPTED: `taken by ${flow.name}` } }));
    const first = await openDesk({ flows: worded, config: { flow: 'order-approval' } });
    const { stores, log } = first;
    const later = await openDesk({ flows: worded, config: { services: ['gateway'], slot: '2', flow: 'standard' }, stores, log });
    try {
      const key = { 'idempotency-key': 'before the restart' };
      const answers = [await first.post('/api/orders', keyboard, key), await later.post('/api/orders', keyboard, key)];
      deepEqual(answers[1]?.body, answers[0]?.body);
      equal((answers[0]?.body as OrderView | undefined)?.statusWord, 'taken by order-approval');
    } finally {
      await later.close();
      await first.close();
    }
  });

  test('with the same body gives the same order, in whatever order its fields are', async () => {
    const first = await desk.post('/api/orders', { ...keyboard, paymentMethod: 'wallet' }, { 'idempotency-key': 'twice' });
    const again = await desk.post('/api/orders', { paymentMethod: 'wallet', ...keyboard }, { 'idempotency-key': 'twice' });
    deepEqual([again.status, again.body, again.headers.get('location')], [202, first.body, first.headers.get('location')]);
    deepEqual([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')], [null, 'true']);
  });

  test('with another body is refused', async () => {
    const first = await desk.post('/api/orders', keyboard, { 'idempotency-key': 'other' });
    const { status, body } = await desk.post('/api/orders', line('mouse', 1), { 'idempotency-key': 'other' });
    deepEqual([status, (body as Problem).code, (body as Problem).details['orderId']], [422, 'IDEMPOTENCY_KEY_REUSED', placed(first)]);
  });

  test('that comes many times at once makes one order', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => desk.post('/api/orders', keyboard, { 'idempotency-key': 'at once' })),
    );
    deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
    equal(new Set(answers.map(placed)).size, 1);
  });

  test("of another customer is another's", async () => {
    const [one, other] = await Promise.all(
      ['ada', 'grace'].map((customer) => desk.post('/api/orders', keyboard, { 'idempotency-key': 'mine', 'x-customer-id': customer })),
    );
    notEqual(one && placed(one), other && placed(other));
  });

  test('of no sensible length is refused', async () => {
    const { status, body } = await desk.post('/api/orders', keyboard, { 'idempotency-key': 'k'.repeat(256) });
    deepEqual([status, (body as Problem).code], [422, 'REQUEST_INVALID']);
  });
});

describe('a cancel', () => {
  test('of an order that there is not', async () => {
    const { status, body } = await desk.post('/api/orders/01890000-0000-7000-8000-000000000000/cancel');
    deepEqual([status, (body as Problem).code], [404, 'ORDER_UNKNOWN']);
  });

  test('of one that is completed comes too late', async () => {
    const orderId = await desk.place();
    await desk.reaches(orderId, 'COMPLETED');
    const { status, body } = await desk.post(`/api/orders/${orderId}/cancel`);
    deepEqual([status, (body as Problem).code, (body as Problem).details], [409, 'ORDER_ENDED', { orderId, status: 'COMPLETED' }]);
  });

  for (const [what, body] of [
    ['longer than 200 characters', { reason: 'x'.repeat(201) }],
    ['with a NUL', { reason: 'a\0b' }],
    ['with half a character', '{"reason": "\\ud83d"}'],
    ['that is no text', { reason: 7 }],
  ] as const) {
    test(`for a reason ${what} is refused`, async () => {
      const { status, body: problem } = await desk.post('/api/orders/01890000-0000-7000-8000-000000000000/cancel', body);
      deepEqual([status, (problem as Problem).code], [422, 'REQUEST_INVALID']);
    });
  }

  test('in time ends it CANCELLED, and may be asked again', async () => {
    desk.broker(false);
    const orderId = await desk.place();
    equal(((await desk.get(`/api/orders/${orderId}`)).body as OrderView).status, 'ACCEPTED');
    const answers = [
      await desk.post(`/api/orders/${orderId}/cancel`),
      await desk.post(`/api/orders/${orderId}/cancel`, { reason: 'too slow 😀'.padEnd(199, '…') }),
    ];
    deepEqual(
      answers.map(({ status }) => status),
      [202, 202],
    );
    desk.broker(true);
    await desk.reaches(orderId, 'CANCELLED');
  });
});
