import { participant } from '@ensemble/engine';
import { tables } from './tables.ts';

export { cancelling, type Idempotency, type PlacedOrder, type Placement, placing, repeating } from './placing.ts';
export { tables } from './tables.ts';

/** The gateway reads no messages: it says the first one of every order, and the customer's cancel, from its own outbox. */
export const gateway = participant({
  name: 'gateway',
  operations: {},
  tables,
  keys: {},
  decide: {},
  migrations: new URL('./migrations/', import.meta.url),
});
