/**
 * How payment decides: a balance never goes below zero, and each change of one is booked: what it gives the merchant gains, and back.
 * What a card pays its provider knows: it is asked, and booked when it has said so.
 */
import type { Decisions, Hears, RowOf } from '@ensemble/engine';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

type Entry = RowOf<typeof tables.ledger>;

export const domain: Decisions<typeof operations, typeof tables> = {
  charge({ accounts }, { orderId, customerId, total, currency, paymentMethod }) {
    const account = accounts.get(customerId);
    if (!account) return declined('there is no account for this customer');
    const method = account.methods.find(({ id }) => id === (paymentMethod ?? id));
    if (!method) return declined(paymentMethod ? `unknown payment method ${paymentMethod}` : 'there is no payment method');
    if (method.declines) return declined(`${method.id} was declined`);
    if (account.currency !== (currency ?? account.currency))
      return declined(`the account is in ${account.currency}, the order in ${currency}`);
    const paidBy = { customerId, amount: total, currency: account.currency, paymentMethod: method.id };
    if (method.kind === 'card') {
      const asks = { customerId, card: method.id, amount: total, currency: account.currency };
      return { asks, record: { ...paidBy, paidFrom: cardOf(customerId, method.id) } };
    }
    if (account.balance < total) return declined('not enough money in the account');
    const paymentId = `pay-${orderId}`; // one charge an order: asked again, it is the same payment
    const record = { ...paidBy, paidFrom: customerId };
    return {
      says: 'paid',
      adds: { paymentId },
      rows: { accounts: [{ ...account, balance: account.balance - total }], ledger: [booked('charge', { orderId, ...record })] },
      record: { ...record, paymentId },
    };
  },

  refund({ accounts, record }) {
    const { customerId, paymentId, ...paid } = paidOf(record);
    if (paid.paidFrom !== customerId) return { asks: { paymentId, amount: paid.amount, currency: paid.currency } };
    const account = accounts.get(customerId);
    // The service's role may not delete accounts; to go on without one would keep the customer's money.
    if (!account) throw new Error('a payment that is done lost its account');
    return {
      says: 'refunded',
      rows: { accounts: [{ ...account, balance: account.balance + paid.amount }], ledger: [booked('refund', paid)] },
    };
  },
};

/** What is saved once a card's provider has said how it ended. */
export const hears: Hears<typeof operations, typeof tables> = {
  charge({ record }, word) {
    if (word.says === 'declined') return {};
    const { paymentId } = word.adds;
    return { rows: { ledger: [booked('charge', paidOf({ ...record, paymentId }))] }, record: { paymentId } };
  },

  refund: ({ record }) => ({ rows: { ledger: [booked('refund', paidOf(record))] } }),
};

type Payment = RowOf<typeof tables.record>;
type Paid = { readonly [K in 'orderId' | 'customerId' | 'amount' | 'currency' | 'paidFrom' | 'paymentId']: NonNullable<Payment[K]> };

/** A payment that is done knows all of it: a check of its table. */
function paidOf(record: Partial<Payment> | undefined): Paid {
  const { orderId, customerId, amount, currency, paidFrom, paymentId } = record ?? {};
  if (orderId && customerId && currency && paidFrom && paymentId && typeof amount === 'number')
    return { orderId, customerId, amount, currency, paidFrom, paymentId };
  throw new Error('a payment that is done does not know what was paid');
}

const declined = (reason: string) => ({ says: 'declined', adds: { reason } }) as const;

const merchant = 'merchant';

/** A customer's card has an account of its own: what it pays comes from outside. */
const cardOf = (customerId: string, card: string): string => `${customerId}/${card}`;

/** Only the customer's side has a row to lock; the merchant's balance is the sum of what was booked. */
function booked(entry: Entry['entry'], { orderId, paidFrom, amount, currency }: Omit<Paid, 'customerId' | 'paymentId'>): Entry {
  const [fromAccount, toAccount] = entry === 'charge' ? [paidFrom, merchant] : [merchant, paidFrom];
  return { orderId, entry, fromAccount, toAccount, amount, currency };
}
