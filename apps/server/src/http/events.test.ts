import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import type { Problem } from './problems.ts';
import type { EntryView, OrderView } from './views.ts';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

interface Event {
  readonly id: string;
  readonly event: string;
  readonly data: EntryView & OrderView;
}

/** What a stream says: `events` grows until `ended`. */
async function listen(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${desk.url}${path}`, { headers });
  const events: Event[] = [];
  const state = { events, type: answer.headers.get('content-type'), ended: false, text: '' };
  const read = async (): Promise<void> => {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      state.text += chunk;
      const blocks = state.text.split('\n\n');
      state.text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
        if (fields.has('data'))
          events.push({
            id: fields.get('id') ?? '',
            event: fields.get('event') ?? '',
            data: JSON.parse(fields.get('data') ?? '') as Event['data'],
          });
      }
    }
    state.ended = true;
  };
  void read();
  return state;
}

const words = (events: readonly Event[]): string[] => events.map(({ event, data }) => (event === 'entry' ? data.message : data.status));

test('an order is told from its acceptance to its end, and then the stream ends', async () => {
  desk.broker(false);
  const orderId = await desk.place();
  const stream = await listen(`/api/orders/${orderId}/events`);
  await until(() => stream.events.length === 1);
  desk.broker(true);
  await until(() => stream.ended);
  equal(stream.type, 'text/event-stream; charset=utf-8');
  const told = words(stream.events);
  const entries = ['OrderCreated', 'ProductsValidated', 'InventoryReserved', 'PaymentCompleted', 'OrderCompleted'];
  deepEqual([told[0], told.at(-1)], ['ACCEPTED', 'COMPLETED']);
  deepEqual(
    stream.events
      .filter(({ event }) => event === 'entry')
      .map(({ data }) => data.message)
      .toSorted(),
    entries.toSorted(),
  );
  ok(stream.events.filter(({ event }) => event === 'entry').every(({ id, data }) => id === data.id));
});

test('one that has ended is told at once', async () => {
  const orderId = await desk.place({ lines: [{ productId: 'unicorn', quantity: 1 }] });
  await desk.reaches(orderId, 'CANCELLED');
  const stream = await listen(`/api/orders/${orderId}/events`);
  await until(() => stream.ended);
  deepEqual(words(stream.events), ['OrderCreated', 'ProductsValidationFailed', 'CancelOrder', 'OrderCancelled', 'CANCELLED']);
});

test('whoever comes back is told all of it again: an entry of an earlier place may have come late', async () => {
  const orderId = await desk.place();
  await desk.reaches(orderId, 'COMPLETED');
  const stream = await listen(`/api/orders/${orderId}/events`, { 'last-event-id': `${orderId}/InventoryReserved` });
  await until(() => stream.ended);
  const entries = ['OrderCreated', 'ProductsValidated', 'InventoryReserved', 'PaymentCompleted', 'OrderCompleted'];
  deepEqual(words(stream.events), [...entries, 'COMPLETED']);
});

test('more streams than may be are turned away, until one has ended', async () => {
  const { stores, log } = desk;
  const narrow = await openDesk({ config: { services: ['gateway', 'order-history'], slot: '2', streamLimit: 1 }, stores, log });
  const orderId = await desk.place();
  await desk.reaches(orderId, 'COMPLETED');
  desk.broker(false);
  const waiting = await desk.place();
  const path = `/api/orders/${waiting}/events`;
  const leave = new AbortController();
  const first = await fetch(`${narrow.url}${path}`, { signal: leave.signal });
  equal(first.status, 200);
  const { status, body } = await narrow.get(path);
  deepEqual([status, (body as Problem).code, (body as Problem).retry], [503, 'STREAMS_FULL', true]);
  leave.abort();
  await until(async () => (await narrow.get(`/api/orders/${orderId}/events`)).status === 200);
  desk.broker(true);
  await desk.reaches(waiting, 'COMPLETED');
  await narrow.close();
});

test('a stream outlives a database that is away for a while', async () => {
  desk.broker(false);
  const orderId = await desk.place();
  const stream = await listen(`/api/orders/${orderId}/events`);
  desk.database('order-history', false);
  desk.broker(true);
  await until(() => desk.system.health().some(({ service, up }) => service === 'order-history' && !up));
  desk.database('order-history', true);
  await until(() => stream.ended);
  equal(words(stream.events).at(-1), 'COMPLETED');
});
