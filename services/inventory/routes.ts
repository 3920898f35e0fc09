/** What inventory tells over HTTP: how much of each product can be ordered. */
import { Name, type RowOf, route } from '@ensemble/engine';
import { Type } from 'typebox';
import { tables } from './tables.ts';

type StockRow = RowOf<typeof tables.stock>;

export interface Stock {
  readonly productId: string;
  readonly available: number;
}

export const routes = {
  /** Of one product, or of all, by product id. */
  stock: route(
    'inventory',
    '/stock',
    Type.Object({ productId: Type.Optional(Name) }),
    async (reads, { productId }): Promise<readonly Stock[]> => {
      const where = productId === undefined ? [] : ([['productId', '=', productId]] as const);
      const rows = await reads.select(tables.stock, { where, orderBy: [['productId', 'asc']], limit: 1_000 });
      return (rows as readonly StockRow[]).map(({ productId: of, available }) => ({ productId: of, available }));
    },
  ),
};
