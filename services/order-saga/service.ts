/** The order saga coordinates flows: everything it does is the flow's plan, worked by the engine. */
import { participant } from '@ensemble/engine';

export const orderSaga = participant({
  name: 'order-saga',
  operations: {},
  tables: {},
  keys: {},
  decide: {},
  migrations: null,
  coordinates: true,
});
