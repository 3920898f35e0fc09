/** The order orchestrator coordinates flows: everything it does is the flow's plan, worked by the engine. */
import { participant } from '@ensemble/engine';

export const orderOrchestrator = participant({
  name: 'order-orchestrator',
  operations: {},
  tables: {},
  keys: {},
  decide: {},
  migrations: null,
  coordinates: true,
});
