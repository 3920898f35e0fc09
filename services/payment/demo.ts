/** The demo shop's customers: each with 10,000.00 EUR, a wallet that pays, and a card that never does. */
import type { RowOf } from '@ensemble/engine';
import type { Method, tables } from './tables.ts';

const deposited = 1_000_000;

const methods: readonly Method[] = [
  { id: 'wallet', kind: 'wallet', declines: false },
  { id: 'declined-card', kind: 'card', declines: true },
];

export const demo: { readonly accounts: readonly RowOf<typeof tables.accounts>[] } = {
  accounts: ['demo', 'ada', 'grace'].map((customerId) => ({
    customerId,
    currency: 'EUR',
    deposited,
    balance: deposited,
    methods,
    version: 1,
  })),
};
