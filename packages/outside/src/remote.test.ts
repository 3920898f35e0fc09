/** Whoever is outside may answer anything, or nothing: what is no answer is OUTSIDE_UNREACHED, and nobody knows what became of it. */
import { deepEqual, equal, rejects } from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { remoteAt } from './remote.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function outside(listener: RequestListener) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return remoteAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`);
}

const signal = new AbortController().signal;
const answers =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(body);

test('what is asked for is put at its own address, and found there', async () => {
  const seen: unknown[] = [];
  const remote = await outside((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push([request.method, request.url, Buffer.concat(chunks).toString()]);
      response.end('{"status":"succeeded","reference":"charge-7","more":1}');
    });
  });
  equal((await remote.put('/charges/a%2Fb', { amount: 3 }, signal)).reference, 'charge-7');
  equal((await remote.get('/charges/a%2Fb', signal))?.status, 'succeeded');
  deepEqual(seen, [
    ['PUT', '/v1/charges/a%2Fb', '{"amount":3}'],
    ['GET', '/v1/charges/a%2Fb', ''],
  ]);
});

test('404 to a question: nothing was ever asked for there', async () => {
  equal(await (await outside(answers(404, 'no'))).get('/charges/a', signal), null);
});

describe('nobody knows', () => {
  const unclear: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['an error', answers(503, '{}'), /answers 503/],
    ['404 to what was asked for', answers(404, '{}'), /answers 404/],
    ['no JSON', answers(200, '<html>'), /broke off its answer, or sent no JSON/],
    ['another shape', answers(200, '{"status":"perhaps"}'), /answers what is no answer/],
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/' }).end(), /does not answer/],
    ['a connection that breaks off', (_, response) => void response.destroy(), /does not answer/],
  ];
  for (const [what, listener, words] of unclear)
    test(what, async () => {
      const remote = await outside(listener);
      await rejects(remote.put('/charges/a', {}, signal), { code: 'OUTSIDE_UNREACHED', message: words });
    });

  test('nobody there', async () => {
    const remote = remoteAt('http://127.0.0.1:1');
    await rejects(remote.get('/charges/a', signal), { code: 'OUTSIDE_UNREACHED', message: /127\.0\.0\.1:1 does not answer/ });
  });

  test('silence, until it is given up', async () => {
    const given = new AbortController();
    const remote = await outside(() => given.abort(new Error('too late')));
    await rejects(remote.put('/charges/a', {}, given.signal), { code: 'OUTSIDE_UNREACHED', message: /too late/ });
  });
});
