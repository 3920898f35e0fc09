import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { EnsembleError } from '@ensemble/errors';
import { completed, created, order, orderId, paid } from '../fixtures/orders.ts';
import type { Order } from './api.ts';
import type { Client } from './client.ts';
import { follow, type Step } from './follow.ts';
import type { ServerEvent } from './sse.ts';

type Line = { readonly event: string; readonly data: object };
const said = (...entries: readonly object[]): Line[] => entries.map((data) => ({ event: 'entry', data }));
const became = (status: string, more: Partial<Order> = {}): Line => ({ event: 'status', data: order(status, more) });

const away = new EnsembleError('SERVER_UNREACHABLE', 'nobody there');
const answered = (status: number) => new EnsembleError('SERVER_REFUSED', `answered ${status}`, { problem: { status } });
const brokenOff = new EnsembleError('SERVER_UNREACHABLE', 'broken off');
const patience = { first: 1, most: 1, times: 2 };

/** Each connection in turn: what it tells, and how it breaks off. After the last one nobody is there. */
function given(...connections: readonly (readonly (Line | Error)[])[]): Pick<Client, 'events' | 'url'> & { readonly asked: () => number } {
  let asked = 0;
  return {
    url: 'http://shop',
    asked: () => asked,
    async *events(): AsyncGenerator<ServerEvent> {
      const lines = connections[asked] ?? [away];
      asked += 1;
      for (const line of lines) {
        if (line instanceof Error) throw line;
        yield { event: line.event, data: JSON.stringify(line.data) };
      }
    },
  };
}

const standing = ({ status, problems = [] }: Order): string =>
  [status, ...problems.map(({ operation }) => `${operation} is owed`)].join(', ');
const seen = (step: Step): string => (step.kind === 'entry' ? step.entry.message : step.kind === 'status' ? standing(step.order) : 'lost');

async function followed(client: Pick<Client, 'events' | 'url'>, signal = new AbortController().signal): Promise<string[]> {
  const steps: string[] = [];
  for await (const step of follow(client, orderId, signal, patience)) steps.push(seen(step));
  return steps;
}

test('it ends with the status that ends the order, and with what is still said after it', async () => {
  const client = given([became('RUNNING'), ...said(created), became('COMPLETED'), ...said(completed)]);
  deepEqual(await followed(client), ['RUNNING', 'OrderCreated', 'COMPLETED', 'OrderCompleted']);
  equal(client.asked(), 1);
});

test('a lost connection is taken up again, and nothing is told twice', async () => {
  const again = [...said(created, paid), became('RUNNING')];
  const client = given(
    [...said(created), became('RUNNING'), brokenOff],
    [answered(503)],
    [...again],
    [...again, ...said(completed), became('COMPLETED')],
  );
  deepEqual(await followed(client), ['OrderCreated', 'RUNNING', 'lost', 'PaymentCompleted', 'lost', 'OrderCompleted', 'COMPLETED']);
});

test('an order that needs a person and goes on is told when it does, and when it does not any more', async () => {
  const problems = [{ operation: 'order.complete', service: 'order', reason: 'no answer', since: '2026-01-02T10:16:05.000Z' }];
  const needs = became('RUNNING', { problems });
  const client = given([became('RUNNING'), needs, brokenOff], [needs, became('RUNNING'), became('RUNNING'), became('COMPLETED')]);
  deepEqual(await followed(client), ['RUNNING', 'RUNNING, order.complete is owed', 'lost', 'RUNNING', 'COMPLETED']);
});

test('it does not wait for what a person must mend', async () => {
  deepEqual(await followed(given([became('FAILED'), ...said(completed)])), ['FAILED']);
});

test('a server that was never reached is told at once, one that stays away after a while', async () => {
  const never = given();
  await rejects(followed(never), away);
  equal(never.asked(), 1);
  const once = given([became('RUNNING'), brokenOff]);
  await rejects(followed(once), away);
  equal(once.asked(), 3);
});

test('a server that ends every connection is given up too', async () => {
  await rejects(followed(given([became('RUNNING')], [], [])), { message: 'http://shop ends every connection.' });
});

test('a refusal is no lost connection', async () => {
  await rejects(followed(given([answered(404)])), { message: 'answered 404' });
  await rejects(followed(given([became('RUNNING'), answered(404)])), { message: 'answered 404' });
});

test('interrupted, it ends without an error', async () => {
  const controller = new AbortController();
  const steps: string[] = [];
  for await (const step of follow(given([became('RUNNING'), brokenOff]), orderId, controller.signal, {
    ...patience,
    first: 60_000,
    most: 60_000,
  })) {
    steps.push(seen(step));
    if (step.kind === 'lost') controller.abort();
  }
  deepEqual(steps, ['RUNNING', 'lost']);
});
