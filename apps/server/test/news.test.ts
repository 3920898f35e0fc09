/** Prices over the log in memory; what each service keeps a copy of, somebody tells; and what an order says that it costs is checked. */
import type { Store } from '@ensemble/engine';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { participants } from '../src/catalogue.ts';
import type { OrderView } from '../src/http/views.ts';
import { openDesk } from './desk.ts';
import { newsSuite } from './news-suite.ts';

newsSuite('memory', {
  open: async () => ({
    transport: memoryTransport({ log: memoryLog() }),
    stores: new Map(participants.map(({ name }) => [name, memoryStore()])),
  }),
  close: async () => undefined,
});

test('what a service keeps a copy of is told by one other, in the same words', () => {
  const tellings = participants.flatMap(({ tells }) => Object.values(tells));
  for (const { name, copies } of participants)
    for (const [table, read] of Object.entries(copies)) {
      const told = tellings.filter((each) => each?.message.topic === read?.message.topic);
      deepEqual([name, table, told.length, told[0]?.message.name, told[0]?.about], [name, table, 1, read?.message.name, read?.about]);
      const fields = new Map(told[0]?.message.fields.map((field) => [field.name, field.schema]));
      for (const field of read?.message.fields ?? []) deepEqual([field.name, fields.get(field.name)], [field.name, field.schema]);
    }
  equal(tellings.length > 0, true);
});

test('an order that says another total than inventory has prices for is cancelled, and says why', async (t) => {
  const desk = await openDesk();
  t.after(() => desk.close());
  const order = { lines: [{ productId: 'keyboard', quantity: 2 }], flow: 'place-order' };
  await desk.reaches(await desk.place(order), 'COMPLETED');
  const dearer = { productId: 'keyboard', price: 8_000, currency: 'EUR', version: 2 };
  await (await (desk.stores.get('inventory') as Store).begin()).commit([{ table: inventoryTables.prices, update: [dearer] }]);
  const orderId = await desk.place(order);
  await desk.reaches(orderId, 'CANCELLED');
  const { reason } = (await desk.get(`/api/orders/${orderId}`)).body as OrderView;
  match(reason ?? '', /the total does not match: the order says 15800, the prices say 16000/);
});
