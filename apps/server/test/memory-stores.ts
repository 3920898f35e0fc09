import type { Store } from '@ensemble/engine';
import { memoryStore } from '@ensemble/store-memory';
import { participants } from '../src/catalogue.ts';
import { seedDemo } from '../src/demo.ts';

/** One in memory for each participant, with the demo data. */
export async function memoryStores(): Promise<ReadonlyMap<string, Store>> {
  const stores = new Map<string, Store>();
  for (const participant of participants) {
    const store = memoryStore();
    stores.set(participant.name, store);
    await seedDemo(participant, store);
  }
  return stores;
}
