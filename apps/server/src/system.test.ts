import { silentLog, systemClock, type Transport } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { memoryStore } from '@ensemble/store-memory';
import { memoryTransport } from '@ensemble/transport-memory';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flows, participants } from './catalogue.ts';
import { startSystem } from './system.ts';

test('where one service cannot start, none is left at work', async () => {
  const memory = memoryTransport();
  const came: string[] = [];
  const left: string[] = [];
  const transport: Transport = {
    ...memory,
    async subscribe(options) {
      if (options.group === 'payment') throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'Group payment could not be joined.');
      const subscription = await memory.subscribe(options);
      came.push(options.group);
      const close = subscription.close.bind(subscription);
      return Object.assign(subscription, {
        async close() {
          left.push(options.group);
          await close();
        },
      });
    },
  };
  const stores = new Map(participants.map(({ name }) => [name, memoryStore()]));
  const start = startSystem({ participants, flows, transport, stores, partitions: 1, clock: systemClock, log: silentLog, slot: '1' });
  await assert.rejects(start, { code: 'TRANSPORT_UNAVAILABLE' });
  assert.ok(came.includes('order'));
  assert.deepEqual(left.toSorted(), came.toSorted());
});
