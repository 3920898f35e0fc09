import { silentLog } from '@ensemble/engine';
import { memoryStore } from '@ensemble/store-memory';
import { memoryTransport } from '@ensemble/transport-memory';
import { participants } from '../src/catalogue.ts';
import { seedDemo } from '../src/demo.ts';
import { pathsSuite } from './paths-suite.ts';

pathsSuite('memory', {
  async open() {
    const stores = new Map(participants.map(({ name }) => [name, memoryStore()]));
    for (const participant of participants) {
      const store = stores.get(participant.name);
      if (store) await seedDemo(participant, store);
    }
    return { transport: memoryTransport(), stores, log: silentLog, close: () => Promise.resolve() };
  },
});
