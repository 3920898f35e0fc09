/** What the cart service tells over HTTP: what a customer has put into their cart. */
import { Name, route } from '@ensemble/engine';
import { Type } from 'typebox';
import type { Cart } from './domain.ts';
import { tables } from './tables.ts';

export { left, shownTotal } from './domain.ts';
export type { Item, Price } from './tables.ts';

export type Kept = Pick<Cart, 'version' | 'items'>;

export const routes = {
  /** With what was ordered since; version 0: nothing was ever put in. */
  cart: route('cart', '/cart', Type.Object({ customerId: Name }), async (reads, { customerId }): Promise<Kept> => {
    const [row] = (await reads.select(tables.carts, { where: [['customerId', '=', customerId]] })) as readonly Cart[];
    return { version: row?.version ?? 0, items: row?.items ?? [] };
  }),
};
