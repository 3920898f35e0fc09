/** How payment decides: a balance never goes below zero, and each change of one is booked: what it gives the merchant gains, and back. */
import type { Decisions, RowOf } from '@ensemble/engine';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

type Account = RowOf<typeof tables.accounts>;
type Entry = RowOf<typeof tables.ledger>;

export const domain: Decisions<typeof operations, typeof tables> = {
  charge({ accounts }, { orderId, customerId, total, currency, paymentMethod }) {
    const account = accounts.get(customerId);
    if (!account) return declined('there is no account for this customer');
    const method = account.methods.find(({ id }) => id === (paymentMethod ?? id));
    if (!method) return declined(paymentMethod ? `unknown payment method ${paymentMethod}` : 'there is no payment method');
    if (method.declines) return declined(`${method.id} was declined`);
    if (account.currency !== (currency ?? account.currency)) return declined(`the account is in ${account.currency}, the order in ${currency}`);
    if (account.balance < total) return declined('not enough money in the account');
    const paymentId = `pay-${orderId}`; // one charge an order: asked again, it is the same payment
    return {
      says: 'paid',
      adds: { paymentId },
      rows: { accounts: [{ ...account, balance: account.balance - total }], ledger: [booked(orderId, 'charge', account, total)] },
      record: { customerId, amount: total, currency: account.currency, paymentMethod: method.id, paymentId },
    };
  },

  refund({ accounts, record }) {
    const account = accounts.get(record?.customerId ?? '');
    // The service's role may not delete accounts; to go on without one would keep the customer's money.
    if (!account || !record || record.amount === null) throw new Error('a payment that is done lost its account or its amount');
    return {
      says: 'refunded',
      rows: {
        accounts: [{ ...account, balance: account.balance + record.amount }],
        ledger: [booked(record.orderId, 'refund', account, record.amount)],
      },
    };
  },
};

const declined = (reason: string) => ({ says: 'declined', adds: { reason } }) as const;

const merchant = 'merchant';

/** Only the customer's side has a row to lock; the merchant's balance is the sum of what was booked. */
function booked(orderId: string, entry: 'charge' | 'refund', { customerId, currency }: Account, amount: number): Entry {
  const [fromAccount, toAccount] = entry === 'charge' ? [customerId, merchant] : [merchant, customerId];
  return { orderId, entry, fromAccount, toAccount, amount, currency };
}
