/**
 * How a cart changes. When it is ordered, it is so up to a version: whoever takes the order remembers which, and what was put in later
 * stays in, whatever came first.
 */
import type { RowOf } from '@ensemble/engine';
import type { Item, Price, tables } from './tables.ts';

export type Cart = RowOf<typeof tables.carts>;
export type Items = readonly Item[];

/** What is still in a cart that was ordered up to this version; 0: it never was. */
export const left = (items: Items, ordered: number): Items => items.filter(({ version }) => version > ordered);

/** So many of a product at this price, however many there were; it keeps its place. */
export function put(items: Items, item: Item): Items {
  const before = items.find(({ productId }) => productId === item.productId);
  if (before?.quantity === item.quantity && isSame(before.shown, item.shown)) return items;
  return before ? items.map((each) => (each === before ? item : each)) : [...items, item];
}

const isSame = (one: Price | undefined, other: Price | undefined): boolean =>
  one?.price === other?.price && one?.currency === other?.currency;

export const takenOut = (items: Items, productId: string): Items =>
  items.some((each) => each.productId === productId) ? items.filter((each) => each.productId !== productId) : items;

/** What the customer was shown that all of it costs; null: of some of it they were shown nothing, or there are several currencies. */
export function shownTotal(items: Items): { readonly total: number; readonly currency: string } | null {
  const currency = items[0]?.shown?.currency;
  let total = 0;
  for (const { quantity, shown } of items) {
    if (!shown || shown.currency !== currency) return null;
    total += shown.price * quantity;
  }
  return currency === undefined ? null : { total, currency };
}

/** The cart after a change; null: there was none. `change` gives back what it was given where it changes nothing. */
export function changed(
  { customerId, version, items }: Cart,
  ordered: number,
  change: (items: Items, version: number) => Items,
): Cart | null {
  const before = left(items, ordered);
  const next = Math.max(version, ordered) + 1;
  const after = change(before, next);
  return after === before ? null : { customerId, version: next, items: after };
}
