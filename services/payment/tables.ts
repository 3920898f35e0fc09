/** Payment's rows: what was charged for which order, what each customer has, and the ledger that explains both. */
import { bigint, int, json, type Keys, record, table, text, uuid } from '@ensemble/engine';
import type * as operations from './operations.ts';

/** A way to pay: a wallet from the customer's balance, a card by its provider. One that declines always does, and asks nobody. */
export interface Method {
  readonly id: string;
  readonly kind: 'wallet' | 'card';
  readonly declines: boolean;
}

export const tables = {
  record: record('payments', {
    customerId: text.orNull,
    amount: bigint.orNull,
    currency: text.orNull,
    paymentMethod: text.orNull,
    /** The ledger's account that paid, and gets it back. */
    paidFrom: text.orNull,
    paymentId: text.orNull,
  }),
  /**
   * Money in minor units. deposited: what was put in, all told; with the customer's ledger entries it makes the balance.
   * The methods are in the account's row, so that a charge locks one row and no two customers wait for each other.
   * version: of the newest change of methods or deposits taken; charges leave it alone.
   */
  accounts: table('accounts', ['customerId'], {
    customerId: text,
    currency: text,
    deposited: bigint,
    balance: bigint,
    methods: json<readonly Method[]>(),
    version: int,
  }),
  /** Double entry, a row a booking: what one account gives the other gains. Never loaded, so it has no keys: a row is only ever added. */
  ledger: table('ledger', ['orderId', 'entry'], {
    orderId: uuid,
    entry: text,
    fromAccount: text,
    toAccount: text,
    amount: bigint,
    currency: text,
  }),
};

export const keys: Keys<typeof operations, typeof tables> = {
  accounts: ({ customerId }, { record }) => {
    const owner = record?.customerId ?? customerId;
    return owner === undefined ? [] : [[owner]];
  },
};
