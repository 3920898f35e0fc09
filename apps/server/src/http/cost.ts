/** What an order costs, by the product service's prices of this moment: where its flow begins with it, or the customer was shown a total. */
import { EnsembleError } from '@ensemble/errors';
import type { Flow, Line } from '@ensemble/flow';
import { routes as product } from '@ensemble/product/routes';
import { ask } from './ask.ts';
import type { Here } from './here.ts';

export interface Cost {
  /** Minor units. */
  readonly total: number;
  readonly currency: string;
}

/** What the customer was shown; absent: they do not say. */
export interface Shown {
  readonly total?: number | undefined;
  readonly currency?: string | undefined;
}

export const beginsWithCost = ({ begins }: Flow): boolean => begins.fields.some(({ path }) => path[0] === 'total');

/** Errors: REQUEST_INVALID, CURRENCIES_MIXED, and those of asking. */
export async function costOf(here: Here, lines: readonly Line[]): Promise<Cost> {
  const products = new Map(
    (await ask(here, product.products, { productIds: lines.map(({ productId }) => productId).join(' ') })).map((one) => [
      one.productId,
      one,
    ]),
  );
  const priced = lines.map(({ productId, quantity }) => {
    const found = products.get(productId);
    if (!found) throw new EnsembleError('REQUEST_INVALID', `There is no product ${productId}.`, { productId });
    return { amount: found.price * quantity, currency: found.currency };
  });
  const [currency = '', ...others] = new Set(priced.map((each) => each.currency));
  if (others.length > 0) throw new EnsembleError('CURRENCIES_MIXED', `The order mixes ${[currency, ...others].join(' and ')}.`);
  return { total: priced.reduce((sum, { amount }) => sum + amount, 0), currency };
}

/** Each as the request says it, else as the cart remembers it; null: the customer was shown neither, as far as is known. */
export function shownOf(said: Shown, remembered: Shown | null = null): Shown | null {
  const total = said.total ?? remembered?.total;
  const currency = said.currency ?? remembered?.currency;
  return total === undefined && currency === undefined ? null : { total, currency };
}

export interface Agreed {
  readonly shownTotal?: number;
  readonly shownCurrency: string;
}

/**
 * Nobody pays another sum than they were shown: now, or, where the flow's first message carries these facts, when it is priced.
 * Errors: PRICE_CHANGED.
 */
export function agreedOn({ total, currency }: Cost, shown: Shown): Agreed {
  const before = { total: shown.total ?? total, currency: shown.currency ?? currency };
  if (before.total === total && before.currency === currency)
    return { ...(shown.total === undefined ? {} : { shownTotal: total }), shownCurrency: currency };
  const words = `The order costs ${total} ${currency} now, in minor units, and not ${before.total} ${before.currency}.`;
  throw new EnsembleError('PRICE_CHANGED', words, { total, currency, shown: before });
}
