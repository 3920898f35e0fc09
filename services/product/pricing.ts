/** A product gets another price. Orders that have been priced keep theirs; who has a copy of the prices is told. */
import { type Job, nothing, type RowOf } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { tables } from './tables.ts';

export interface Pricing {
  readonly productId: string;
  /** Minor units, 0 to 9,000,000,000,000. */
  readonly price: number;
}

type Product = RowOf<typeof tables.products>;

/** Errors: PRODUCT_UNKNOWN. */
export const pricing = ({ productId, price }: Pricing): Job => ({
  keys: (table) => (table === tables.changing ? [[productId]] : []),
  decide(working) {
    const product = working.get(tables.changing, [productId]) as Product | undefined;
    if (!product) throw new EnsembleError('PRODUCT_UNKNOWN', `There is no product ${productId}.`, { productId });
    if (product.price === price) return nothing;
    return { rows: [[tables.changing, { ...product, price, version: product.version + 1 }]], says: [] };
  },
});
