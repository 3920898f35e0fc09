import { participant } from '@ensemble/engine';
import { tables } from './tables.ts';

export { emptying, type Owner, putting, takingOut } from './changes.ts';

/** The cart reads no messages: whoever takes an order knows up to which version a cart was ordered. */
export const cart = participant({
  name: 'cart',
  operations: {},
  tables,
  keys: {},
  decide: {},
  migrations: new URL('./migrations/', import.meta.url),
});
