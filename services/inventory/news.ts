/** What inventory listens to beside its orders: what a product costs, in the product service's own words. */
import { news } from '@ensemble/engine';
import { Amount, Currency, Id } from '@ensemble/flow';

export const ProductChanged = news('ProductChanged', 'product-changes', 'productId', { productId: Id, price: Amount, currency: Currency });
