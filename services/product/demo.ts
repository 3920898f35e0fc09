/** The demo shop's catalogue. */
import type { RowOf } from '@ensemble/engine';
import type { tables } from './tables.ts';

type Product = RowOf<typeof tables.products>;

const product = (productId: string, price: number, name: string, description: string): Product => ({
  productId,
  name,
  description,
  price,
  currency: 'EUR',
  active: true,
  version: 1,
});

export const demo: { readonly products: readonly Product[] } = {
  products: [
    product('keyboard', 7_900, 'Keyboard', 'Mechanical, full size, quiet switches.'),
    product('mouse', 3_490, 'Mouse', 'Wireless, six buttons.'),
    product('monitor', 28_900, 'Monitor', '27 inches, 4K.'),
    product('headset', 9_950, 'Headset', 'Closed, with a microphone that folds away.'),
    product('webcam', 5_990, 'Webcam', 'Full HD. Few are left.'),
    product('desk', 39_900, 'Desk', 'Oak, rises to 120 cm.'),
    product('chair', 24_900, 'Chair', 'Mesh back, arms that adjust.'),
    product('lamp', 4_500, 'Lamp', 'Warm light, dims. Sold out at the moment.'),
  ],
};
