export { type MemoryStore, type MemoryStoreOptions, memoryStore, type Snapshot } from './memory-store.ts';
export type { Fault, FaultPoint } from './unit.ts';
