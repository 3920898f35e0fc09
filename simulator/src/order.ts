/** Orders against the demo shop: one that anyone can fill, and one for each refusal that the shop has by itself. */
import { demo as catalogue } from '@ensemble/product/demo';

export interface Order {
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly customerId: string;
}

export const fillable: Order = { lines: [{ productId: 'keyboard', quantity: 2 }], paymentMethod: 'wallet', customerId: 'demo' };

/** Who has nothing but a card: in a flow that does not say how an order is paid, it is paid so too. */
export const byCard = { customerId: 'card-holder', paymentMethod: 'card' } as const;

const of = (productId: string, quantity = 1): Order => ({ ...fillable, lines: [{ productId, quantity }] });

/** By operation and outcome. In a flow that does not ask so, or asks another first, the order is not refused like this. */
export const refused: ReadonlyMap<string, Order> = new Map([
  ['order.create refused', { ...fillable, lines: [...of('mouse').lines, ...of('mouse').lines] }],
  ['product.validate invalid', of('unicorn')],
  ['inventory.reserve unavailable', of('lamp')],
  ['payment.charge declined', of('monitor', 100)],
  ['shipment.schedule failed', of('keyboard', 110)],
]);

/** What the gateway knows of it when it is placed. */
export function factsOf({ lines, paymentMethod }: Order) {
  const priceOf = (id: string): number => catalogue.products.find(({ productId }) => productId === id)?.price ?? 0;
  const total = lines.reduce((sum, { productId, quantity }) => sum + priceOf(productId) * quantity, 0);
  return { lines, paymentMethod, total, currency: 'EUR' } as const;
}
