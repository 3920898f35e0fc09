import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { cancelled, completed, created, declined, order, orderId, paid, validated } from '../fixtures/orders.ts';
import { run } from './run.ts';

process.env['TZ'] = 'UTC';
/** For command lines that ask no server. */
const nowhere = 'http://127.0.0.1:1';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly customer: unknown;
  readonly key: unknown;
}

type Answer = (response: ServerResponse) => void;

const json =
  (status: number, value: object): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const events =
  (...told: readonly (readonly [string, object])[]): Answer =>
  (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(told.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join(''));

/** A server with these answers, and what it was asked. */
async function given(t: TestContext, answers: Readonly<Record<string, Answer>>) {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    asked.push({
      method,
      path: url,
      body: body === '' ? undefined : JSON.parse(body),
      customer: headers['x-customer-id'],
      key: headers['idempotency-key'],
    });
    (answers[`${method} ${url}`] ?? json(404, { code: 'ROUTE_UNKNOWN', detail: 'There is nothing here.' }))(response);
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** What the program says, line by line, and its exit code. */
async function when(url: string, ...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (line) => out.push(...line.split('\n')),
    err: (line) => err.push(...line.split('\n')),
    colours: false,
    env: { ENSEMBLE_URL: url },
    fetch,
    interruptible: (work) => work(new AbortController().signal),
  });
  return { out, err, code };
}

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
  const problems = [{ operation: 'order.complete', service: 'order', reason: 'no answer', since: '2026-01-02T10:16:05.000Z' }];
  const waits = ['status', order('RUNNING', { problems })] as const;
  const { url } = await given(t, {
    [`GET /api/orders/${orderId}/events`]: events(['entry', created], waits, waits, ['entry', completed], ['status', order('COMPLETED')]),
  });
  const { out, code } = await when(url, 'order', 'watch', orderId);
  deepEqual([out[3], out.length, code], ['A person is needed: order.complete is still owed: no answer', 6, 0]);
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

const problem = {
  code: 'ORDER_ENDED',
  title: 'The order has ended.',
  detail: `Order ${orderId} is COMPLETED already.`,
  todo: 'Nothing to do.',
  status: 409,
};

test('a refusal says what happened to which order, and what to do', async (t) => {
  const { url } = await given(t, { [`POST /api/orders/${orderId}/cancel`]: json(409, problem) });
  deepEqual(await when(url, 'order', 'cancel', orderId), {
    out: [],
    err: [`error: Order ${orderId} is COMPLETED already. [ORDER_ENDED]`, 'Nothing to do.'],
    code: 1,
  });
});

const dearer = {
  code: 'PRICE_CHANGED',
  title: 'The order costs another sum than the customer was shown.',
  detail: 'The order costs 16000 EUR now, in minor units, and not 15800 EUR.',
  todo: 'Look at the new total in the details.',
  status: 409,
  details: { total: 16_000, currency: 'EUR', shown: { total: 15_800, currency: 'EUR' } },
};

test('an order says what it is to cost; where it costs something else, a person is told in money, a program as the server does', async (t) => {
  const { asked, url } = await given(t, { 'POST /api/orders': json(409, dearer) });
  const place = ['order', 'place', '--product', 'keyboard:2', '--total', '158.00 EUR'];
  deepEqual(await when(url, ...place), {
    out: [],
    err: [
      'error: It costs 160.00 EUR now, and not 158.00 EUR. [PRICE_CHANGED]',
      "Nothing was ordered. To order at that: --total '160.00 EUR'.",
    ],
    code: 1,
  });
  deepEqual(asked[0]?.body, { lines: [{ productId: 'keyboard', quantity: 2 }], total: 15_800, currency: 'EUR' });
  deepEqual(JSON.parse((await when(url, ...place, '--json')).out.join('\n')), { problem: dearer });
});

test('a changed price that is told in other words is told in those', async (t) => {
  const { url } = await given(t, { 'POST /api/orders': json(409, { ...dearer, details: { total: '160' } }) });
  deepEqual((await when(url, 'order', 'place', '--product', 'keyboard:2')).err, [`error: ${dearer.detail} [PRICE_CHANGED]`, dearer.todo]);
});

test('a program is told what went wrong in the one JSON value on stdout, whatever it is, and a person in words on stderr', async (t) => {
  const { url } = await given(t, { [`POST /api/orders/${orderId}/cancel`]: json(409, problem) });
  const told = async (...args: string[]) => {
    const { out, err, code } = await when(url, ...args, '--json');
    const value = JSON.parse(out.join('\n')) as { readonly problem: Readonly<Record<string, unknown>> };
    return { value, words: [value.problem['code'], value.problem['detail'], err[0], code] };
  };
  deepEqual((await told('order', 'cancel', orderId)).value, { problem });
  const cases: readonly (readonly [args: string, problem: string, words: string, code: number])[] = [
    [`order cancel ${orderId}`, 'ORDER_ENDED', problem.detail, 1],
    ['start --port many', 'CONFIG_INVALID', 'port is a whole number, not "many"', 2],
    [
      'order list --limit 501',
      'COMMAND_INVALID',
      `option '--limit <number>' argument '501' is invalid. It is a whole number from 1 to 500.`,
      2,
    ],
    ['order place', 'COMMAND_INVALID', `required option '--product <product:quantity>' not specified`, 2],
  ];
  for (const [args, problemCode, words, exit] of cases) {
    const { words: said } = await told(...args.split(' '));
    const ours = problemCode === 'COMMAND_INVALID' ? '' : ` [${problemCode}]`;
    deepEqual(said, [problemCode, words, `error: ${words}${ours}`, exit]);
  }
  deepEqual((await told('order')).words.slice(0, 2), ['COMMAND_INVALID', 'A command is missing.']);
  const help = await when(url, 'order', '--help', '--json');
  deepEqual([help.out[0]?.startsWith('Usage: '), help.code], [true, 0]);
});

test('where no server answers, it says how to start one', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const url = `http://127.0.0.1:${port}`;
  deepEqual(await when(url, 'order', 'list'), {
    out: [],
    err: [
      `error: No Ensemble answers at ${url} (ECONNREFUSED). [SERVER_UNREACHABLE]`,
      'Start one with npm start, or say where it is: --url, or ENSEMBLE_URL.',
    ],
    code: 5,
  });
});

test('another program at the address is noticed', async (t) => {
  const { url } = await given(t, { 'GET /api/orders': (response) => void response.end('<html>') });
  const { err, code } = await when(url, 'order', 'list');
  deepEqual([err[0], code], [`error: What answers at ${url} is not Ensemble. [SERVER_UNREACHABLE]`, 5]);
});

const misuse: readonly (readonly [string, RegExp, ...string[]])[] = [
  ['no command', /^Usage: ensemble/],
  ['an unknown command', /unknown command 'flow'/, 'flow'],
  ['an order of nothing', /required option '--product/, 'order', 'place'],
  ['a mistyped option', /unknown option '--prodct'/, 'order', 'place', '--prodct', 'desk'],
  ['bad product syntax', /Write a product and how many of it, in at most 9 digits: /, 'order', 'place', '--product', 'keyboard:x'],
  [
    'a total without a currency',
    /Write an amount and its currency: '158\.00 EUR'\./,
    'order',
    'place',
    '--product',
    'pen',
    '--total',
    '158',
  ],
  ['an unknown status', /Allowed choices are ACCEPTED/, 'order', 'list', '--status', 'DONE'],
  ['a limit that is none', /a whole number from 1 to 500/, 'order', 'list', '--limit', '501'],
  ['an address that is none', /--url is an address like/, 'order', 'list', '--url', 'shop:3000'],
  ['an unknown flow', /There is no flow called nope; there is .*\bcreate-order\b.*\. \[COMMAND_INVALID\]/, 'flows', 'show', 'nope'],
  [
    'an unknown path',
    /There is no path of create-order called nope; there is completed, /,
    'flows',
    'show',
    'create-order',
    '--path',
    'nope',
  ],
];

for (const [what, says, ...args] of misuse) {
  test(`${what} is a wrong command line`, async () => {
    const { out, err, code } = await when(nowhere, ...args);
    deepEqual([out, code], [[], 2]);
    match(err.join('\n'), says);
  });
}

test('every command teaches by example', async () => {
  const commands = ['', 'start', 'flows', 'flows show', 'order', 'order place', 'order show', 'order watch', 'order cancel', 'order list'];
  for (const command of commands) {
    const { out, code } = await when(nowhere, ...command.split(' ').filter(Boolean), '--help');
    equal(code, 0);
    match(out.join('\n'), /\$ npx ensemble/, command);
  }
});

test('a flow is shown without a server', async () => {
  const { out, code } = await when(nowhere, 'flows', 'show', 'create-order');
  equal(code, 0);
  match(out[0] ?? '', /^create-order \w+, coordinated by order-saga$/);
  match(out.join('\n'), /^payment.charge declined\n {2}SagaCreateOrder → CreateOrder → OrderCreated → /m);
  const drawn = await when(nowhere, 'flows', 'show', 'create-order', '--as', 'mermaid', '--path', 'completed');
  equal(drawn.out[0], 'sequenceDiagram');
  const document = await when(nowhere, 'flows', 'show', 'create-order', '--as', 'mermaid');
  match(document.out.join('\n'), /## states\n\n```mermaid\nstateDiagram-v2\n/);
  const described = await when(nowhere, 'flows', 'show', 'create-order', '--as', 'asyncapi');
  equal((JSON.parse(described.out.join('\n')) as { readonly asyncapi: string }).asyncapi, '3.0.0');
  const list = await when(nowhere, 'flows', '--json');
  const { flows } = JSON.parse(list.out.join('')) as { readonly flows: readonly { readonly name: string }[] };
  ok(flows.some(({ name }) => name === 'create-order'));
});
