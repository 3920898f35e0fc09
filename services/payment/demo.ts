/**
 * The demo shop's customers: each with 10,000.00 EUR, a wallet that pays, a card that never does, and cards of the simulated provider,
 * which behaves as their names say.
 */
import type { RowOf } from '@ensemble/engine';
import type { Method, tables } from './tables.ts';

const deposited = 1_000_000;

const methods: readonly Method[] = [
  { id: 'wallet', kind: 'wallet', declines: false },
  { id: 'declined-card', kind: 'card', declines: true },
  ...['card', 'slow-card', 'flaky-card', 'later-card', 'refusing-card'].map((id) => ({ id, kind: 'card', declines: false }) as const),
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
