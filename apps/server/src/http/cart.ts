/** /api/cart/items: what a customer means to order, as it would cost now. */
import { emptying, type Owner, putting, takingOut } from '@ensemble/cart';
import { type Item, left, type Price, routes as carts } from '@ensemble/cart/routes';
import { type Job, Name } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { routes as gateway } from '@ensemble/gateway/routes';
import { routes as inventory } from '@ensemble/inventory/routes';
import { routes as product } from '@ensemble/product/routes';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ask } from './ask.ts';
import { customerOf } from './customer.ts';
import type { Hall, Here } from './here.ts';

/** Name and price (minor units) as they are now; null: it is no longer for sale. */
export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  readonly name: string | null;
  readonly price: number | null;
  /** The price at which it was put in, where it is another now: to be ordered at the new one, its total has to be said. */
  readonly was: number | null;
}

export interface CartView {
  /** Grows with every change. */
  readonly version: number;
  readonly lines: readonly CartLine[];
  /** null: it cannot be ordered as it stands, for something in it is no longer for sale, or there are two currencies. */
  readonly total: number | null;
  readonly currency: string | null;
}

export interface Cart extends Owner {
  readonly version: number;
  /** Without what was ordered. */
  readonly items: readonly Item[];
}

/** What was ordered is read first: what is put in after that is in the cart whatever is ordered meanwhile. Errors: those of asking. */
export async function cartOf(here: Here, customerId: string): Promise<Cart> {
  const ordered = await ask(here, gateway.ordered, { customerId });
  const { version, items } = await ask(here, carts.cart, { customerId });
  return { customerId, ordered, version, items: left(items, ordered) };
}

async function cartView(here: Here, { version, items }: Cart): Promise<CartView> {
  const productIds = items.map(({ productId }) => productId).join(' ');
  const products = new Map((items.length > 0 ? await ask(here, product.products, { productIds }) : []).map((one) => [one.productId, one]));
  const lines = items.map(({ productId, quantity, shown }) => {
    const { name = null, price = null } = products.get(productId) ?? {};
    const was = price === null || shown === undefined || shown.price === price ? null : shown.price;
    return { productId, quantity, name, price, was };
  });
  const [currency = null, ...others] = new Set([...products.values()].map((one) => one.currency));
  const isForSale = others.length === 0 && products.size === items.length;
  return {
    version,
    lines,
    total: isForSale ? lines.reduce((sum, { price, quantity }) => sum + (price ?? 0) * quantity, 0) : null,
    currency,
  };
}

/** What one costs, where there are so many. Errors: PRODUCT_UNKNOWN, STOCK_SHORT, and those of asking. */
async function priceOf(here: Here, productId: string, quantity: number): Promise<Price> {
  const [{ price, currency }, [stock]] = await Promise.all([
    ask(here, product.product, { productId }),
    ask(here, inventory.stock, { productId }),
  ]);
  const available = stock?.available ?? 0;
  if (available < quantity)
    throw new EnsembleError('STOCK_SHORT', `There are ${available} of ${productId}, not ${quantity}.`, { productId, available, quantity });
  return { price, currency };
}

interface ItemParams {
  readonly Params: { readonly productId: string };
}
const ItemParams = Type.Object({ productId: Name });
const ItemBody = Type.Object({ quantity: Type.Integer({ minimum: 1, maximum: 10_000 }) });

export function cart(app: FastifyInstance, { here }: Hall): void {
  const path = '/api/cart/items';

  /** Does it, and shows what the cart is then. */
  const change = async (customerId: string, to: (owner: Owner) => Job): Promise<CartView> => {
    const inside = here();
    const service = inside.system.services.get('cart');
    if (!service) throw new EnsembleError('SERVICE_ELSEWHERE', 'The cart does not run in this process.', { service: 'cart' });
    const ordered = await ask(inside, gateway.ordered, { customerId });
    await service.perform(to({ customerId, ordered }));
    return cartView(inside, await cartOf(inside, customerId));
  };

  app.get(path, async (request) => cartView(here(), await cartOf(here(), customerOf(request))));

  app.put<ItemParams & { Body: { readonly quantity: number } }>(
    `${path}/:productId`,
    { schema: { params: ItemParams, body: ItemBody } },
    async (request) => {
      const { params, body } = request;
      const price = await priceOf(here(), params.productId, body.quantity);
      return change(customerOf(request), (owner) => putting(owner, params.productId, body.quantity, price));
    },
  );

  app.delete<ItemParams>(`${path}/:productId`, { schema: { params: ItemParams } }, async (request) =>
    change(customerOf(request), (owner) => takingOut(owner, request.params.productId)),
  );

  app.delete(path, async (request) => change(customerOf(request), emptying));
}
