/** What the product service tells over HTTP: what is for sale. */
import { Name, type RowOf, route } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { Type } from 'typebox';
import { tables } from './tables.ts';

type ProductRow = RowOf<typeof tables.products>;

/** price: minor units. */
export type Product = Omit<ProductRow, 'active' | 'version'>;

const shown = ({ productId, name, description, price, currency }: ProductRow): Product => ({
  productId,
  name,
  description,
  price,
  currency,
});

/** Up to 100, with a space between. */
const Names = Type.String({ pattern: '^[!-~]{1,64}( [!-~]{1,64}){0,99}$' });

export const routes = {
  /** Those that are for sale, or of the named ones those that are, by id. */
  products: route(
    'product',
    '/products',
    Type.Object({ productIds: Type.Optional(Names) }),
    async (reads, { productIds }): Promise<readonly Product[]> => {
      const named = productIds === undefined ? [] : ([['productId', 'in', productIds.split(' ')]] as const);
      const where = [['active', '=', true] as const, ...named];
      const rows = await reads.select(tables.products, { where, orderBy: [['productId', 'asc']], limit: 1_000 });
      return (rows as readonly ProductRow[]).map(shown);
    },
  ),
  /** Errors: PRODUCT_UNKNOWN. */
  product: route('product', '/products/:productId', Type.Object({ productId: Name }), async (reads, { productId }): Promise<Product> => {
    const [row] = (await reads.select(tables.products, { where: [['productId', '=', productId]] })) as readonly ProductRow[];
    if (!row?.active) throw new EnsembleError('PRODUCT_UNKNOWN', `There is no product ${productId}.`, { productId });
    return shown(row);
  }),
};
