/** What an order waits for, to people: the same whoever coordinates it, and whether or not anybody does. */
import { sagas } from '@ensemble/engine';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, keyboard, threeDesks } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { flows } from '../catalogue.ts';
import type { OrderList } from './list-orders.ts';
import type { OrderView, WaitView } from './views.ts';

type Shown = OrderView & { readonly waitingFor?: readonly WaitView[] };

let back: Desk;
let front: Desk;
/** A process from which neither the monitor nor who coordinates can be asked. */
let alone: Desk;
before(async () => {
  ({ back, front, alone } = await threeDesks());
});
after(async () => {
  for (const desk of [alone, front, back]) await desk.close();
});

const shown = async (desk: Desk, orderId: string): Promise<Shown> => (await desk.get(`/api/orders/${orderId}`)).body;

for (const flow of flows)
  test(`${flow.name}: an order whose payment is silent waits for it, and in the end for nobody`, async () => {
    back.database('payment', false);
    const orderId = await front.place({ ...keyboard, flow: flow.name });
    let order: Shown | undefined;
    const waits = async (): Promise<boolean> => {
      order = await shown(front, orderId);
      const [first, ...others] = order.waitingFor ?? [];
      // RUNNING by its history, which those without the gateway know it by
      return order.status === 'RUNNING' && first?.operation === 'payment.charge' && others.length === 0;
    };
    await until(waits, () => JSON.stringify(order));
    const [wait] = order?.waitingFor ?? [];
    deepEqual({ ...wait, since: '', due: '' }, { operation: 'payment.charge', service: 'payment', since: '', due: '', overdue: false });
    equal(Date.parse(wait?.due ?? '') - Date.parse(wait?.since ?? ''), flow.plan ? within(flow, 'payment.charge') : 10_000);
    deepEqual((await shown(back, orderId)).waitingFor, order?.waitingFor);

    const unknown = await shown(alone, orderId);
    deepEqual([unknown.status, unknown.waitingFor], ['RUNNING', undefined]);

    back.database('payment', true);
    await front.reaches(orderId, 'COMPLETED');
    deepEqual((await shown(front, orderId)).waitingFor, []);
  });

test('an order that cannot be taken back without a person is FAILED, though no message says so', async () => {
  back.database('payment', false);
  const orderId = await front.place({ ...keyboard, flow: 'standard' });
  await until(async () => (await shown(front, orderId)).waitingFor?.some(({ operation }) => operation === 'payment.charge') === true);
  await front.post(`/api/orders/${orderId}/cancel`, {});
  await front.reaches(orderId, 'CANCELLING');
  const store = back.stores.get('order-saga');
  await until(async () => {
    const unit = await store?.begin();
    const [[row] = []] = (await unit?.load([{ table: sagas, keys: [[orderId]] }])) ?? [];
    await unit?.commit([{ table: sagas, update: row ? [{ ...row, state: 'FAILED', flagged: true }] : [] }]);
    return (await shown(front, orderId)).status === 'FAILED';
  });
  equal((await shown(alone, orderId)).status, 'CANCELLING');
  const listed = async (query: string): Promise<OrderList> => (await front.get(`/api/orders?${query}`)).body;
  const stands = ({ orders }: OrderList) => orders.map((order) => [order.orderId, order.status]);
  deepEqual(stands(await listed('status=FAILED')), [[orderId, 'FAILED']]);
  deepEqual(stands(await listed('limit=1')), [[orderId, 'FAILED']]);
  deepEqual(stands(await listed('status=CANCELLING')), []);
  back.database('payment', true);
  await front.reaches(orderId, 'CANCELLED');
});

const within = ({ plan }: (typeof flows)[number], operation: string): number =>
  plan?.groups.flat().find(({ step }) => step === operation)?.within ?? 0;
