/** What the product service tells everyone, whatever order is under way: how a product is now. */
import { news } from '@ensemble/engine';
import { Amount, Currency, Id, Text } from '@ensemble/flow';
import { Type } from 'typebox';

export const ProductChanged = news('ProductChanged', 'product-changes', 'productId', {
  productId: Id,
  name: Text,
  price: Amount,
  currency: Currency,
  active: Type.Boolean(),
});
