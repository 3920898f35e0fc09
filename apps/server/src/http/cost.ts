/** What an order costs, where its flow wants to know before it begins: by the product service's prices of this moment. */
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
