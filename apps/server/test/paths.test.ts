import { silentLog } from '@ensemble/engine';
import { memoryTransport } from '@ensemble/transport-memory';
import { memoryStores } from './memory-stores.ts';
import { pathsSuite } from './paths-suite.ts';

pathsSuite('memory', {
  open: async () => ({ transport: memoryTransport(), stores: await memoryStores(), log: silentLog, close: () => Promise.resolve() }),
});
