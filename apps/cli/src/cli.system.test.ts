import { deepEqual, equal, match } from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Flow } from '@ensemble/flow';
import { startPostgres } from '@ensemble/local-postgres';
import { flows } from '@ensemble/server';
import { processesOf } from '@ensemble/testkit/processes';
import pg from 'pg';
import { messagesIn, told, walkFlows } from '../fixtures/flow-walk.ts';
import { dataDirectory, ensemble, type Program, started, startedByNpm } from '../fixtures/program.ts';

const usual = flows[0] as Flow;

const idIn = (out: string): string => /^Order (?<id>[\da-f-]{36})/m.exec(out)?.groups?.['id'] ?? '';

async function available(url: string, productId: string): Promise<number | undefined> {
  const { products } = (await (await fetch(`${url}/api/products`)).json()) as { products: { productId: string; available: number }[] };
  return products.find((product) => product.productId === productId)?.available;
}

/** What the services' own databases hold, read where the program has left them. */
async function books(dir: string): Promise<object> {
  const server = await startPostgres({ dir });
  const rows = async (service: string, sql: string): Promise<object[]> => {
    const connectionString = Object.assign(new URL(server.url), { pathname: `/ensemble_${service}` }).href;
    const client = new pg.Client({ connectionString });
    await client.connect();
    const { rows: found } = await client.query<object>(sql);
    await client.end();
    return found;
  };
  const [account, stock] = [
    await rows('payment', `select balance::int from accounts where customer_id = 'demo'`),
    await rows('inventory', `select available::int, held::int, sold::int from stock where product_id = 'keyboard'`),
  ];
  await server.stop();
  return { ...account[0], ...stock[0] };
}

test('the program in one data directory, from life to life', async (t) => {
  const dir = dataDirectory(t);
  const system = await startedByNpm(t, ['--port', '0', '--data', dir]);
  const run = (...args: string[]) => ensemble(t, [...args, '--url', system.url]).ended;

  await t.test('orders are placed, watched, shown and listed; a declined one leaves the stock as it was', async () => {
    const paid = await run('order', 'place', '--product', 'keyboard:1', '--watch');
    deepEqual([paid.code, messagesIn(paid.out, usual)], [0, told(usual, 'completed')], paid.err);
    match(paid.out, /^COMPLETED after .*: 79\.00 EUR paid$/m);

    const before = await available(system.url, 'keyboard');
    const refused = await run('order', 'place', '--product', 'keyboard:1', '--payment', 'declined-card', '--watch');
    deepEqual([refused.code, messagesIn(refused.out, usual)], [3, told(usual, 'payment.charge declined')], refused.err);
    equal(await available(system.url, 'keyboard'), before);

    const shown = await run('order', 'show', idIn(refused.out));
    match(shown.out, /^status +CANCELLED\nbecause +declined-card was declined$/m);
    deepEqual(messagesIn(shown.out, usual), told(usual, 'payment.charge declined'));
    const listed = JSON.parse((await run('order', 'list', '--json')).out) as { orders: { orderId: string; status: string }[] };
    deepEqual(
      listed.orders.map(({ orderId, status }) => [orderId, status]),
      [
        [idIn(refused.out), 'CANCELLED'],
        [idIn(paid.out), 'COMPLETED'],
      ],
    );

    const late = await run('order', 'cancel', idIn(paid.out));
    deepEqual([late.code, late.err.split('\n')[0]], [1, `error: Order ${idIn(paid.out)} is COMPLETED already. [ORDER_ENDED]`]);
    equal((await run('order', 'place', '--product', 'keyboard:none')).code, 2);
  });

  await t.test('through each flow: its messages, in its order, on its happy path and on each refusal of an order', async () => {
    await walkFlows(system.url);
  });

  await t.test('Ctrl-C, which npm passes on too, stops it in order with its PostgreSQL; only what completed is in the books', async () => {
    system.ctrlC();
    match((await system.ended).out, /^Stopped\.$/m);
    deepEqual(processesOf(dir), []);
    equal((await run('order', 'list')).code, 5);
    const sold = 1 + flows.length;
    deepEqual(await books(dir), { balance: 1_000_000 - sold * 7_900, available: 100_000 - sold, held: 0, sold });
  });

  await t.test('a watch outlives the server: killed and started again, the order goes on and is watched to its end', async () => {
    // Without a coordinator the order waits.
    const half = await started(t, ['--port', '0', '--data', dir, '--services', 'gateway,order-history']);
    const url = ['--url', half.url];
    const watching = ensemble(t, ['order', 'place', '--product', 'keyboard:1', '--watch', ...url]);
    const [, orderId = ''] = await watching.says(/^Order (\S+)/);
    await interrupted(t, ['order', 'watch', orderId, ...url]);

    half.kill('SIGKILL');
    await half.ended;
    const whole = await started(t, ['--port', new URL(half.url).port, '--data', dir]);
    const { code, out, err } = await watching.ended;
    deepEqual([code, messagesIn(out, usual)], [0, told(usual, 'completed')], err);
    match(err, /^The connection is lost; trying again\.$/m);
    await stopsInOrder(whole);
  });
});

/** Ctrl-C. */
async function stopsInOrder(system: Program): Promise<void> {
  system.kill('SIGINT');
  const { code, out } = await system.ended;
  deepEqual([code, out.trimEnd().split('\n').at(-1)], [0, 'Stopped.']);
}

/** Ctrl-C ends a watch, and not the order. */
async function interrupted(t: TestContext, args: readonly string[]): Promise<void> {
  const watching = ensemble(t, args);
  await watching.says(/^Order/m);
  watching.kill('SIGINT');
  const { code, err } = await watching.ended;
  equal(code, 130);
  match(err, /the order goes on\. To watch it again: npx ensemble --url \S+ order watch/);
}
