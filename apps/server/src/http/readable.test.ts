/** History stays readable, and orders are taken, while a service that orders need is away. */
import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyboard, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { flows, participants } from '../catalogue.ts';
import type { EntryView, OrderView } from './views.ts';

for (const away of ['payment', 'shipment'])
  describe(`while ${away} is down`, () => {
    for (const { name } of flows)
      test(`an order of ${name} is taken, and shown with its timeline`, async (t) => {
        const services = participants.map((one) => one.name).filter((one) => one !== away);
        const desk = await openDesk({ config: { services, flow: name } });
        t.after(() => desk.close());
        const orderId = await desk.place(keyboard);
        const timeline = async () =>
          ((await desk.get(`/api/orders/${orderId}/timeline`)).body as { entries: readonly EntryView[] }).entries.map(({ by }) => by);
        await until(async () => (await timeline()).length > 0);
        if (!needs(name, away)) return desk.reaches(orderId, 'COMPLETED');
        const { status, body } = await desk.get(`/api/orders/${orderId}`);
        deepEqual([status, ['RUNNING', 'CANCELLING'].includes((body as OrderView).status)], [200, true]);
        const { orders } = (await desk.get('/api/orders?limit=1')).body as { orders: readonly OrderView[] };
        deepEqual([orders[0]?.orderId, (await timeline()).includes(away)], [orderId, false]);
      });
  });

/** Whether an order of this flow cannot end without the service. */
function needs(flow: string, service: string): boolean {
  return flows.find(({ name }) => name === flow)?.rows.some(({ reader }) => reader === service) ?? false;
}
