/** What the product service can do: say whether an order's products are for sale, and at what price. */
import { Amount, Currency, done, Id, Lines, PricedLines, reads, refused, Text } from '@ensemble/flow';

export const validate = reads('product.validate', {
  needs: { lines: Lines },
  /** What the customer was shown that it costs, in minor units: invalid where it is priced otherwise. */
  uses: { shownTotal: Amount, shownCurrency: Currency },
  outcomes: {
    valid: done({ pricedLines: PricedLines, total: Amount, currency: Currency }),
    invalid: refused({ reason: Text, productId: Id }),
  },
});
