import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { visits } from './visits.ts';

/** An HTTP server that is none: what it was asked, and `enough` after so many requests. */
function given(count: number, answers: (path: string, number: number) => Response) {
  const asked: { readonly path: string; readonly method: string; readonly customer: string | null; readonly body: unknown }[] = [];
  const enough = Promise.withResolvers<void>();
  const fetch = async ({ pathname: path }: URL, init: RequestInit): Promise<Response> => {
    const customer = new Headers(init.headers).get('x-customer-id');
    asked.push({
      path,
      method: init.method ?? 'GET',
      customer,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
    });
    if (asked.length >= count) enough.resolve();
    return answers(path, asked.length);
  };
  const said: string[] = [];
  const requestOf = (number: number) => ({ customerId: `customer-${number}`, body: { number } });
  const visiting = {
    url: 'http://shop.test',
    rate: 500,
    requestOf,
    fetch,
    say: (line: string) => said.push(line),
  };
  return { asked, enough: enough.promise, said, visiting };
}

const answered = (path: string, number: number): Response =>
  path === '/api/orders' ? Response.json({ orderId: `order-${number}` }, { status: 202 }) : Response.json({});

test('each visit places an order and reads one that was placed before, with its timeline', async () => {
  const { asked, enough, visiting } = given(10, answered);
  const { taken, turn, stop } = visits(visiting);
  await enough;
  await stop();
  deepEqual(asked[0], { path: '/api/orders', method: 'POST', customer: 'customer-0', body: { number: 0 } });
  const reads = asked.filter(({ method }) => method === 'GET').map(({ path }) => path);
  ok(reads.length > 0);
  for (const path of reads)
    ok(
      taken.some((id) => [`/api/orders/${id}`, `/api/orders/${id}/timeline`].includes(path)),
      path,
    );
  const { placed, read } = turn();
  deepEqual([placed.times.count, read.times.count, placed.failed, read.failed], [taken.length, reads.length, 0, 0]);
  equal(asked.length, taken.length + reads.length);
});

test('what is not answered as it should be is counted, is told of once, and is no order', async () => {
  const { enough, said, visiting } = given(4, (_, number) => {
    if (number === 1) throw new Error('nobody there');
    return Response.json({}, { status: 503 });
  });
  const { taken, turn, stop } = visits(visiting);
  await enough;
  await stop();
  const { placed } = turn();
  ok(placed.failed >= 4);
  deepEqual([placed.times.count, taken, said], [0, [], ['a request was not answered as it should be: /api/orders: Error: nobody there']]);
});

test('an answer counts in the time that its visit was due in', async () => {
  const answer = Promise.withResolvers<Response>();
  const { enough, visiting } = given(1, answered);
  const { turn, stop } = visits({
    ...visiting,
    rate: 1,
    fetch: async (...request) => (await visiting.fetch(...request)) && answer.promise,
  });
  await enough;
  const first = turn();
  answer.resolve(answered('/api/orders', 1));
  await stop();
  deepEqual([first.placed.times.count, turn().placed.times.count], [1, 0]);
});
