/** /api/products: what is for sale, with the stock where inventory can be asked. */
import { isError } from '@ensemble/errors';
import { routes as inventory, type Stock } from '@ensemble/inventory/routes';
import { routes as product } from '@ensemble/product/routes';
import type { FastifyInstance } from 'fastify';
import { ask } from './ask.ts';
import type { Hall, Here } from './here.ts';

export function products(app: FastifyInstance, { here }: Hall): void {
  app.get('/api/products', async () => {
    const inside = here();
    const [all, stock] = await Promise.all([ask(inside, product.products, {}), stockOf(inside, {})]);
    const available = new Map(stock?.map((each) => [each.productId, each.available]));
    return { products: all.map((each) => ({ ...each, available: stock ? (available.get(each.productId) ?? 0) : null })) };
  });

  app.get<{ Params: { productId: string } }>(
    '/api/products/:productId',
    { schema: { params: product.product.params } },
    async ({ params }) => {
      const inside = here();
      const [one, stock] = await Promise.all([ask(inside, product.product, params), stockOf(inside, params)]);
      return { ...one, available: stock ? (stock[0]?.available ?? 0) : null };
    },
  );
}

/** null where nobody can be asked: a product can be looked at all the same. */
async function stockOf(here: Here, params: { productId?: string }): Promise<readonly Stock[] | null> {
  try {
    return await ask(here, inventory.stock, params);
  } catch (error) {
    if (isError(error, 'SERVICE_ELSEWHERE', 'SERVICE_UNREACHED', 'STORE_UNAVAILABLE')) return null;
    throw error;
  }
}
