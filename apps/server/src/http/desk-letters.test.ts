/** A dead letter of what is owed to an order puts it on the desk, whatever flow it goes through and whichever process is asked. */
import { type Log, messageId, parked } from '@ensemble/engine';
import type { Flow, Message } from '@ensemble/flow';
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Desk, keyboard, openDesk, threeDesks } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { flows } from '../catalogue.ts';
import type { OrderList } from './list-orders.ts';
import type { OrderView, SnapshotView, WaitView } from './views.ts';

type Shown = OrderView & { readonly archived: SnapshotView | null; readonly waitingFor?: readonly WaitView[] };

const errors: { readonly orderId?: string; readonly reader?: string; readonly words: string }[] = [];
const logs: Log = { info: () => undefined, warn: () => undefined, error: (fields, words) => void errors.push({ ...fields, words }) };

let back: Desk;
let front: Desk;
/** A process that cannot ask those who have dead letters. */
let alone: Desk;
before(async () => {
  ({ back, front, alone } = await threeDesks(logs));
});
after(async () => {
  for (const desk of [alone, front, back]) await desk.close();
});

const shown = async (desk: Desk, orderId: string): Promise<Shown> => (await desk.get(`/api/orders/${orderId}`)).body;

const listed = async (desk: Desk, query: string): Promise<OrderList> => (await desk.get(`/api/orders?${query}`)).body;
const idsOf = ({ orders }: OrderList): readonly string[] => orders.map(({ orderId }) => orderId);

/** What /metrics says of a service's. */
async function figures(service: string): Promise<readonly string[]> {
  const lines = ((await back.get('/metrics')).body as string).split('\n');
  return lines.filter((line) => line.startsWith(`ensemble_desk_letters{service="${service}`)).map((line) => line.slice(21));
}

/** What a program that goes wrong may say: the right name, and nothing of what it should carry. */
async function misfit({ topic, name, variant }: Message, flow: Flow, orderId: string): Promise<void> {
  const data = variant ? { [variant.field]: variant.value } : {};
  const said = { specversion: '1.0', id: 'its own', source: '/elsewhere', type: name, subject: orderId, time: new Date().toISOString() };
  await back.system.transport.publish([{ topic, key: orderId, value: JSON.stringify({ ...said, flow: flow.name, data }) }]);
}

for (const flow of flows)
  test(`${flow.name}: an order whose sale is a dead letter is FAILED until it is sold, and a person is told once`, async () => {
    back.database('payment', false);
    const orderId = await front.place({ ...keyboard, flow: flow.name });
    await until(async () => {
      const { status, waitingFor } = await shown(front, orderId);
      return status === 'RUNNING' && waitingFor?.some(({ operation }) => operation === 'payment.charge') === true; // by its history too
    });
    const asks = flow.rows.find(({ does }) => does.name === 'inventory.sell')?.on;
    ok(asks?.kind === 'message');
    await misfit(asks.message, flow, orderId);
    await front.reaches(orderId, 'FAILED');

    const { problems = [], waitingFor, statusWord } = await shown(front, orderId);
    const problem = problems.find(({ operation }) => operation === 'inventory.sell');
    deepEqual([problem?.service, statusWord], ['inventory', 'FAILED']);
    match(problem?.reason ?? '', /^MESSAGE_MISFIT: /);
    deepEqual(
      waitingFor?.map(({ operation }) => operation),
      ['payment.charge'],
    );
    deepEqual((await shown(back, orderId)).problems, problems);
    deepEqual(await figures('inventory'), ['{service="inventory",operation="inventory.sell"} 1']);

    const { waitingFor: _, archived: __, ...inLists } = await shown(front, orderId);
    deepEqual(await listed(front, 'status=FAILED'), { orders: [inLists], unheard: ['payment'] });
    await until(async () => isDeepStrictEqual((await listed(front, 'limit=1')).orders, [inLists]));
    equal(idsOf(await listed(front, 'status=RUNNING')).includes(orderId), false);

    const unknown = await shown(alone, orderId);
    deepEqual([unknown.status, unknown.problems], ['RUNNING', undefined]);
    const { orders, unheard = [] } = await listed(alone, 'status=FAILED');
    deepEqual([orders, unheard.includes('inventory'), unheard.includes('order-history')], [[], true, false]);
    back.database('inventory', false);
    equal((await shown(front, orderId)).problems?.some(({ service }) => service === 'inventory') ?? false, false);
    await until(async () => isDeepStrictEqual((await listed(front, 'limit=1')).unheard, ['inventory', 'payment']));
    back.database('inventory', true);

    await misfit(asks.message, flow, orderId);
    back.database('payment', true);
    await front.reaches(orderId, 'COMPLETED');
    deepEqual((await shown(front, orderId)).problems, undefined);
    deepEqual(await figures(''), []);
    deepEqual(await listed(front, 'status=FAILED'), { orders: [] });
    deepEqual(idsOf(await listed(front, 'status=COMPLETED&limit=1')), [orderId]);
    deepEqual(
      errors.filter((each) => each.orderId === orderId && each.reader === 'inventory.sell').map(({ words }) => words),
      ['an order is FAILED: what is owed to it is a dead letter'],
    );
  });

test('an order that is COMPLETED to its history is FAILED as well, and comes off the desk with its dead letter', async () => {
  const flow = flows.find(({ name }) => name === 'choreography');
  const released = flow?.messages.get('InventoryReleased');
  ok(flow && released);
  const orderId = await front.place({ ...keyboard, flow: flow.name });
  await front.reaches(orderId, 'COMPLETED');
  await misfit(released, flow, orderId);
  await front.reaches(orderId, 'FAILED');
  deepEqual(
    (await shown(front, orderId)).problems?.map(({ operation }) => operation),
    ['order.settleStock'],
  );
  equal(((await front.get(`/api/orders/${orderId}/timeline`)).body as { readonly status: string }).status, 'FAILED');
  const lists = ['status=FAILED', 'status=FAILED&customerId=demo', 'status=FAILED&customerId=ada', 'status=COMPLETED&limit=1'];
  const [failed, demos, adas, completed = []] = await Promise.all(lists.map(async (query) => idsOf(await listed(front, query))));
  deepEqual([failed, demos, adas, completed.length, completed.includes(orderId)], [[orderId], [orderId], [], 1, false]);

  const unit = await back.stores.get('order')?.begin();
  await unit?.commit([{ table: parked, remove: [[messageId(orderId, released.key), 'order.settleStock']] }]);
  const { status, problems } = await shown(front, orderId);
  deepEqual([status, problems], ['COMPLETED', undefined]);
});

test('an order whose beginning is a dead letter is FAILED before anybody has heard of it, and may still be cancelled', async () => {
  const desk = await openDesk();
  try {
    desk.broker(false);
    const orderId = await desk.place({ ...keyboard, flow: 'order-approval' });
    equal((await shown(desk, orderId)).status, 'ACCEPTED');
    const letter = { messageId: messageId(orderId, 'PlaceOrder'), reader: 'order.create', orderId, topic: 'order-commands', message: '{}' };
    const unit = await desk.stores.get('order')?.begin();
    await unit?.commit([
      { table: parked, insert: [{ ...letter, reason: 'TypeError: a bug', attempts: 8, dead: true, nextAt: null, parkedAt: 0 }] },
    ]);
    const { status, problems } = await shown(desk, orderId);
    const problem = { operation: 'order.create', service: 'order', reason: 'TypeError: a bug', since: '1970-01-01T00:00:00.000Z' };
    deepEqual([status, problems], ['FAILED', [problem]]);
    const { orders } = await listed(desk, 'status=FAILED');
    deepEqual(
      orders.map((order) => [order.orderId, order.problems]),
      [[orderId, [problem]]],
    );
    const cancelled = await desk.post(`/api/orders/${orderId}/cancel`, {});
    deepEqual([cancelled.status, (cancelled.body as OrderView).status], [202, 'ACCEPTED']);
    desk.broker(true);
    await desk.reaches(orderId, 'CANCELLED');
  } finally {
    await desk.close();
  }
});
