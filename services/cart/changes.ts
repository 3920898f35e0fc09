/** What a customer does to their cart: each a job, done to the row as the last one left it. */
import { type Job, nothing } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { type Cart, changed, type Items, put, takenOut } from './domain.ts';
import { type Price, tables } from './tables.ts';

export interface Owner {
  readonly customerId: string;
  /** The version up to which the cart was ordered; 0: it never was. */
  readonly ordered: number;
}

/** As many as an order may have lines. */
const mostItems = 100;

/** So many of a product, whatever there was of it; `shown`: what the customer is shown that one costs. Errors: CART_FULL. */
export const putting = (owner: Owner, productId: string, quantity: number, shown?: Price): Job =>
  changing(owner, (items, version) => {
    const after = put(items, { productId, quantity, version, ...(shown ? { shown } : {}) });
    if (after.length > mostItems) throw new EnsembleError('CART_FULL', `A cart holds ${mostItems} products.`, { limit: mostItems });
    return after;
  });

export const takingOut = (owner: Owner, productId: string): Job => changing(owner, (items) => takenOut(items, productId));

export const emptying = (owner: Owner): Job => changing(owner, (items) => (items.length > 0 ? [] : items));

const changing = ({ customerId, ordered }: Owner, change: (items: Items, version: number) => Items): Job => ({
  keys: (table) => (table === tables.carts ? [[customerId]] : []),
  decide(working) {
    const cart = working.get(tables.carts, [customerId]) as Cart | undefined;
    const after = changed(cart ?? { customerId, version: 0, items: [] }, ordered, change);
    return after ? { rows: [[tables.carts, after]], says: [] } : nothing;
  },
});
