/** What payment can do: take an order's total from its customer's balance or card, and give it back. */
import { Amount, Currency, does, done, Id, refused, Text, undoes } from '@ensemble/flow';

export const charge = does('payment.charge', {
  needs: { customerId: Id, total: Amount },
  /** Without them: the account's currency, and its first method. */
  uses: { currency: Currency, paymentMethod: Id },
  /** A card's provider. */
  asks: { customerId: Id, card: Id, amount: Amount, currency: Currency },
  outcomes: { paid: done({ paymentId: Id }), declined: refused({ reason: Text }) },
});

export const refund = undoes(charge, 'payment.refund', 'refunded', { asks: { paymentId: Id, amount: Amount, currency: Currency } });
