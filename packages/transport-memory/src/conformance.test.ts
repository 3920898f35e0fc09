import { transportConformance } from '@ensemble/testkit/transport-conformance';
import { memoryLog, memoryTransport } from './main.ts';

const log = memoryLog();
let names = 0;

transportConformance('memory', {
  create: async () => memoryTransport({ log }),
  kill: async (transport) => transport.kill(),
  fresh: (what) => `${what}-${(names += 1)}`,
  sessionTimeout: 0,
});
