import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { events, given, json, nowhere, when } from '../../fixtures/command-line.ts';
import { cancelled, completed, created, declined, order, orderId, paid, validated } from '../../fixtures/orders.ts';

process.env['TZ'] = 'UTC';

const accepted = json(202, { orderId, status: 'ACCEPTED', statusWord: 'ACCEPTED' });

test('an order is placed as the options say', async (t) => {
  const { asked, url } = await given(t, { 'POST /api/orders': accepted });
  const placed = await when(
    url,
    'order',
    'place',
    '--product',
    'keyboard:2',
    '--product',
    'mouse',
    '--payment',
    'wallet',
    '--flow',
    'f',
    '--customer',
    'ada',
    '--idempotency-key',
    'k',
  );
  deepEqual(asked, [
    {
      method: 'POST',
      path: '/api/orders',
      body: {
        lines: [
          { productId: 'keyboard', quantity: 2 },
          { productId: 'mouse', quantity: 1 },
        ],
        paymentMethod: 'wallet',
        flow: 'f',
      },
      customer: 'ada',
      key: 'k',
    },
  ]);
  deepEqual(placed, {
    out: [`Order ${orderId} is ACCEPTED.`, `What happens to it: npx ensemble order watch ${orderId}`],
    err: [],
    code: 0,
  });
});

test('what no option says is left to the server', async (t) => {
  const { asked, url } = await given(t, { 'POST /api/orders': accepted });
  const placed = await when(url, 'order', 'place', '--product', 'keyboard', '--json');
  deepEqual(asked, [
    { method: 'POST', path: '/api/orders', body: { lines: [{ productId: 'keyboard', quantity: 1 }] }, customer: undefined, key: undefined },
  ]);
  deepEqual(placed, { out: [`{"orderId":"${orderId}","status":"ACCEPTED","statusWord":"ACCEPTED"}`], err: [], code: 0 });
});

test('the head of a watched order is as wide as its first message', async (t) => {
  const long = { ...created, message: 'order-created/ORDER_CREATED' };
  const told = events(['status', order('ACCEPTED')], ['entry', long], ['status', order('COMPLETED')]);
  const { url } = await given(t, { [`GET /api/orders/${orderId}/events`]: told });
  deepEqual((await when(url, 'order', 'watch', orderId)).out.slice(0, 3), [
    `Order ${orderId}`,
    'time          who            message                      what changed',
    '10:15:01.005  order          order-created/ORDER_CREATED  RUNNING, for demo, 2 × keyboard',
  ]);
});

test('a watched order is told to its end', async (t) => {
  const { url } = await given(t, {
    'POST /api/orders': accepted,
    [`GET /api/orders/${orderId}/events`]: events(
      ['status', order('ACCEPTED')],
      ...[created, validated, paid, completed].map((entry) => ['entry', entry] as const),
      ['status', order('COMPLETED')],
    ),
  });
  deepEqual(await when(url, 'order', 'place', '--product', 'keyboard:2', '--watch'), {
    out: [
      `Order ${orderId}`,
      'time          who            message                   what changed',
      '10:15:01.005  order          OrderCreated              RUNNING, for demo, 2 × keyboard',
      '10:15:01.020  product        ProductsValidated         2 × keyboard at 79.00 EUR, total 158.00 EUR',
      '10:15:01.040  payment        PaymentCompleted          payment pay-1',
      '10:15:01.059  order          OrderCompleted            COMPLETED',
      'COMPLETED after 54 ms: 158.00 EUR paid',
    ],
    err: [],
    code: 0,
  });
});

for (const [status, statusWord, sentence, code] of [
  ['COMPLETED', 'APPROVED', 'APPROVED after 54 ms: 158.00 EUR paid', 0],
  ['CANCELLED', 'REJECTED', 'REJECTED after 54 ms: sold out', 3],
] as const)
  test(`a person reads the flow's own word for a status, here ${statusWord}; the exit code and a program go by the status`, async (t) => {
    const said = [
      { ...created, statusWord: 'CREATED' },
      { ...completed, status, statusWord },
    ];
    const ended = order(status, { statusWord, reason: status === 'CANCELLED' ? 'sold out' : null });
    const { url } = await given(t, {
      [`GET /api/orders/${orderId}/events`]: events(...said.map((entry) => ['entry', entry] as const), ['status', ended]),
      [`GET /api/orders/${orderId}`]: json(200, ended),
      [`GET /api/orders/${orderId}/timeline`]: json(200, { orderId, status, entries: said }),
      'GET /api/orders': json(200, { orders: [ended] }),
    });
    const timeline = [
      '10:15:01.005  order          OrderCreated              CREATED, for demo, 2 × keyboard',
      `10:15:01.059  order          OrderCompleted            ${statusWord}, total 158.00 EUR`,
    ];
    const watched = await when(url, 'order', 'watch', orderId);
    deepEqual([watched.out.slice(2), watched.code], [[...timeline, sentence], code]);
    const shown = await when(url, 'order', 'show', orderId);
    deepEqual([shown.out[1], ...shown.out.slice(-2)], [`status    ${statusWord}`, ...timeline]);
    match((await when(url, 'order', 'list')).out[1] ?? '', new RegExp(` ${statusWord}  158`));
    deepEqual((await when(url, 'order', 'list', '--json')).out, [JSON.stringify({ orders: [ended] })]);
  });

test('watching for a program is a JSON value a line', async (t) => {
  const end = order('CANCELLED', { reason: 'declined-card was declined' });
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}/events`]: events(['entry', declined], ['entry', cancelled], ['status', end]),
  });
  deepEqual(await when(url, 'order', 'watch', orderId, '--json'), {
    out: [{ entry: declined }, { entry: cancelled }, { order: end }].map((value) => JSON.stringify(value)),
    err: [],
    code: 3,
  });
});

test('of a watched order that goes on and needs a person the person is told, once', async (t) => {
  const owed = (operation: string, reason: string) => ({ operation, service: 'order', reason, since: '2026-01-02T10:16:05.000Z' });
  const waits = (...problems: readonly ReturnType<typeof owed>[]) => ['status', order('RUNNING', { problems })] as const;
  const [complete, settle] = [owed('order.complete', 'no answer'), owed('order.settle', 'no answer')];
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}/events`]: events(
      ['entry', created],
      waits(complete),
      waits(complete, settle),
      waits(),
      waits(settle),
      waits(owed('order.settle', 'a bug')),
      ['entry', completed],
      ['status', order('COMPLETED')],
    ),
  });
  const { out, code } = await when(url, 'order', 'watch', orderId);
  const needed = ['order.complete is still owed: no answer', 'order.settle is still owed: no answer', 'order.settle is still owed: a bug'];
  deepEqual([out.slice(3, -2), out.length, code], [needed.map((words) => `A person is needed: ${words}`), 8, 0]);
});

test('an order that failed is told by its last line and the exit code', async (t) => {
  const problems = [{ operation: 'payment.refund', service: 'payment', reason: 'no answer', since: '2026-01-02T10:16:05.000Z' }];
  const { url } = await given(t, { [`GET /api/orders/${orderId}/events`]: events(['status', order('FAILED', { problems })]) });
  const { out, code } = await when(url, 'order', 'watch', orderId);
  deepEqual([out.slice(1), code], [['FAILED: payment.refund is still owed: no answer, and a person is needed'], 4]);
});

const unsold = { operation: 'inventory.sell', service: 'inventory', reason: 'TypeError: a bug', since: '2026-01-02T10:16:05.000Z' };

test('an order is shown with what a person has to see to', async (t) => {
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}`]: json(200, order('FAILED', { problems: [unsold] })),
    [`GET /api/orders/${orderId}/timeline`]: json(200, { orderId, status: 'FAILED', entries: [completed] }),
  });
  const { out } = await when(url, 'order', 'show', orderId);
  deepEqual([out.includes('status    FAILED'), out.includes('problem   inventory.sell is still owed: TypeError: a bug')], [true, true]);
});

test('an order is shown with its timeline', async (t) => {
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}`]: json(200, order('COMPLETED')),
    [`GET /api/orders/${orderId}/timeline`]: json(200, { orderId, status: 'COMPLETED', entries: [completed] }),
  });
  deepEqual(await when(url, 'order', 'show', orderId), {
    out: [
      `order     ${orderId}`,
      'status    COMPLETED',
      'flow      create-order',
      'customer  demo',
      'lines     2 × keyboard at 79.00 EUR',
      'total     158.00 EUR',
      '',
      'time          who            message                   what changed',
      '10:15:01.059  order          OrderCompleted            COMPLETED, total 158.00 EUR',
    ],
    err: [],
    code: 0,
  });
  deepEqual((await when(url, 'order', 'show', orderId, '--json')).out, [JSON.stringify({ ...order('COMPLETED'), entries: [completed] })]);
});

test('an order that was archived is shown with when, and its snapshot is there for a program', async (t) => {
  const archived = { status: 'COMPLETED', statusWord: 'DONE', archivedAt: '2026-01-02T10:15:03.999Z' };
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}`]: json(200, order('COMPLETED', { archived })),
    [`GET /api/orders/${orderId}/timeline`]: json(200, { orderId, status: 'COMPLETED', entries: [] }),
  });
  equal((await when(url, 'order', 'show', orderId)).out.includes('archived  as DONE on 2026-01-02 10:15:03'), true);
  const [shown = ''] = (await when(url, 'order', 'show', orderId, '--json')).out;
  deepEqual((JSON.parse(shown) as { readonly archived: unknown }).archived, archived);
});

test('orders are listed in columns', async (t) => {
  const found = [order('COMPLETED'), order('CANCELLED', { total: null, reason: 'sold out' })];
  const { asked, url } = await given(t, {
    'GET /api/orders?status=CANCELLED&limit=2': json(200, { orders: found }),
    'GET /api/orders': json(200, { orders: [] }),
    'GET /api/orders?status=FAILED': json(200, { orders: [] }),
    'GET /api/orders?status=FAILED&limit=1': json(200, {
      orders: [order('FAILED', { problems: [unsold] })],
      unheard: ['order', 'payment'],
    }),
  });
  deepEqual((await when(url, 'order', 'list', '--status', 'CANCELLED', '--limit', '2')).out, [
    'order                                 placed               status     total       what',
    `${orderId}  2026-01-02 10:15:01  COMPLETED  158.00 EUR  2 × keyboard`,
    `${orderId}  2026-01-02 10:15:01  CANCELLED              2 × keyboard: sold out`,
  ]);
  deepEqual((await when(url, 'order', 'list')).out, ['There are no orders yet.']);
  deepEqual((await when(url, 'order', 'list', '--status', 'FAILED')).out, ['No order is FAILED.']);
  deepEqual(await when(url, 'order', 'list', '--status', 'FAILED', '--limit', '1'), {
    out: [
      'order                                 placed               status  total       what',
      `${orderId}  2026-01-02 10:15:01  FAILED  158.00 EUR  2 × keyboard: inventory.sell is still owed: TypeError: a bug`,
    ],
    err: ['Not heard: order, payment. Orders that are FAILED may be missing, or listed as they were.'],
    code: 0,
  });
  equal(asked.length, 4);
});

test('a cancel carries its reason', async (t) => {
  const { asked, url } = await given(t, {
    [`POST /api/orders/${orderId}/cancel`]: json(202, { orderId, status: 'RUNNING', statusWord: 'CREATED' }),
  });
  const cancelled = await when(url, 'order', 'cancel', orderId, '--reason', 'ordered twice');
  deepEqual([cancelled.out[0], cancelled.code], [`The cancel of order ${orderId} is on its way; the order is CREATED.`, 0]);
  deepEqual(asked[0]?.body, { reason: 'ordered twice' });
  const { out } = await when(nowhere, '--url', url, 'order', 'cancel', orderId);
  equal(out[1], `What happens to it: npx ensemble --url ${url} order watch ${orderId}`, 'at the server that was named');
});
