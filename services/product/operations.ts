/** What the product service can do: say whether an order's products are for sale, and at what price. */
import { Amount, Currency, done, Id, Lines, PricedLines, reads, refused, Text } from '@ensemble/flow';

export const validate = reads('product.validate', {
  needs: { lines: Lines },
  outcomes: {
    valid: done({ pricedLines: PricedLines, total: Amount, currency: Currency }),
    invalid: refused({ reason: Text, productId: Id }),
  },
});
