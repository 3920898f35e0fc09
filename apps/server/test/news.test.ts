/** Prices over the log in memory; and what each service keeps a copy of, somebody tells. */
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { participants } from '../src/catalogue.ts';
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
