import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { given, json, nowhere, when } from '../fixtures/command-line.ts';
import { orderId } from '../fixtures/orders.ts';

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
