/** What the carrier writes about a parcel it gave up, where an order's flow has no row for that. */
import type { Flow } from '@ensemble/flow';
import { shipment } from '@ensemble/shipment';
import { tables } from '@ensemble/shipment/tables';
import { standard } from '@ensemble/standard';
import { memoryStore } from '@ensemble/store-memory';
import { orderId } from '@ensemble/testkit/given';
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { take } from './outside.ts';

async function told(flow: Flow): Promise<readonly unknown[]> {
  const taken: unknown[] = [];
  const store = memoryStore();
  const record = { orderId, flow: flow.name, state: 'done', answers: {}, updatedAt: 0, customerId: 'ada', lines: null, shipmentId: null };
  await (await store.begin()).commit([{ table: tables.record, insert: [record] }]);
  const service = {
    hear: async (answered: unknown) => void taken.push(answered),
    perform: async () => void taken.push('it speaks unasked'),
  };
  const system = { flows: [flow], services: new Map([[shipment.name, service]]), stores: new Map([[shipment.name, store]]) };
  await take(system, 'carrier', { key: `${orderId}/shipment.schedule`, status: 'failed', reason: 'nobody was at home' });
  return taken;
}

test('is said by the row that the flow has for it', async () => {
  deepEqual(await told(standard), ['it speaks unasked']);
});

test('is another word on the parcel where it has none: nothing that they write is lost', async () => {
  const without = { ...standard, rows: standard.rows.filter(({ on }) => on.kind !== 'later') };
  const word = { says: 'failed', adds: { reason: 'nobody was at home' } };
  deepEqual(await told(without), [{ orderId, operation: 'shipment.schedule', word }]);
});
