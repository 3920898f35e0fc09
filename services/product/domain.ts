/** How the product service decides: an order is priced once, here, and keeps its prices whatever the catalogue says later. */
import type { Decisions } from '@ensemble/engine';
import type { PricedLine } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

/** In minor units: the largest Amount. Up to here sums are exact. */
const mostMoney = 9_000_000_000_000;

export const domain: Decisions<typeof operations, typeof tables> = {
  validate({ products }, { lines }) {
    const pricedLines: PricedLine[] = [];
    let total = 0;
    let currency = '';
    for (const { productId, quantity } of lines) {
      const product = products.get(productId);
      if (!product) return invalid(productId, `unknown product ${productId}`);
      if (!product.active) return invalid(productId, `${productId} is not for sale`);
      currency ||= product.currency;
      if (product.currency !== currency) return invalid(productId, `${productId} is priced in ${product.currency}, not ${currency}`);
      total += product.price * quantity;
      if (total > mostMoney) return invalid(productId, `with ${productId} the total is more than one order may cost`);
      pricedLines.push({ productId, quantity, name: product.name, price: product.price });
    }
    return { says: 'valid', adds: { pricedLines, total, currency } };
  },
};

const invalid = (productId: string, reason: string) => ({ says: 'invalid', adds: { reason, productId } }) as const;
