/** How the product service decides: an order is priced once, here, and keeps its prices whatever the catalogue says later. */
import type { Decisions } from '@ensemble/engine';
import type { PricedLine } from '@ensemble/flow';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

/** In minor units: the largest Amount. Up to here sums are exact. */
const mostMoney = 9_000_000_000_000;

export const domain: Decisions<typeof operations, typeof tables> = {
  validate({ products }, { lines, shownTotal, shownCurrency }) {
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
    const shown = { total: shownTotal ?? total, currency: shownCurrency ?? currency };
    const [first] = lines;
    if (first && (shown.total !== total || shown.currency !== currency))
      return invalid(first.productId, changed({ total, currency }, shown));
    return { says: 'valid', adds: { pricedLines, total, currency } };
  },
};

interface Sum {
  readonly total: number;
  readonly currency: string;
}

const changed = (now: Sum, shown: Sum): string =>
  `the price has changed: the order costs ${words(now)} now, in minor units, and the customer was shown ${words(shown)}`;

const words = ({ total, currency }: Sum): string => `${total} ${currency}`;

const invalid = (productId: string, reason: string) => ({ says: 'invalid', adds: { reason, productId } }) as const;
