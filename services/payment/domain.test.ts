import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { given, orderId, recorded, saved } from '@ensemble/testkit/given';
import * as fc from 'fast-check';
import { demo } from './demo.ts';
import { domain, hears } from './domain.ts';
import { keys, tables } from './tables.ts';

const ada = {
  customerId: 'ada',
  currency: 'EUR',
  deposited: 1_000,
  balance: 1_000,
  methods: [
    { id: 'wallet', kind: 'wallet', declines: false },
    { id: 'lost-card', kind: 'card', declines: true },
    { id: 'visa', kind: 'card', declines: false },
  ],
  version: 7,
} as const;
const order = { orderId, customerId: 'ada', total: 400, currency: 'EUR', paymentMethod: 'wallet' };
const paymentId = `pay-${orderId}`;
const payment = { customerId: 'ada', amount: 400, currency: 'EUR', paymentMethod: 'wallet', paidFrom: 'ada', paymentId };
const bank = given(tables, { accounts: [ada] });

test('a charge takes the money from the balance and books it from one account to the other', () => {
  deepEqual(bank.when(domain.charge, order), {
    says: 'paid',
    adds: { paymentId },
    rows: {
      accounts: [{ ...ada, balance: 600 }],
      ledger: [{ orderId, entry: 'charge', fromAccount: 'ada', toAccount: 'merchant', amount: 400, currency: 'EUR' }],
    },
    record: payment,
  });
});

test('without a word about how, the first method pays, in the currency of the account', () => {
  const { says, record } = given(tables, { accounts: [ada] }).when(domain.charge, { orderId, customerId: 'ada', total: 100 });
  deepEqual([says, record?.paymentMethod, record?.currency], ['paid', ada.methods[0]?.id, 'EUR']);
});

test('the last cent can be spent', () => {
  equal(bank.when(domain.charge, { ...order, total: 1_000 }).says, 'paid');
});

test('an order that costs nothing is paid with nothing', () => {
  const paid = bank.when(domain.charge, { ...order, total: 0 });
  deepEqual(
    paid.rows?.ledger?.map(({ amount }) => amount),
    [0],
  );
});

for (const [what, change, reason] of [
  ['an unknown customer', { customerId: 'eve' }, 'there is no account for this customer'],
  ['an unknown method', { paymentMethod: 'constructor' }, 'unknown payment method constructor'],
  ['a method that declines', { paymentMethod: 'lost-card', total: 0 }, 'lost-card was declined'],
  ['another currency', { currency: 'USD' }, 'the account is in EUR, the order in USD'],
  ['a cent too much', { total: 1_001 }, 'not enough money in the account'],
] as const) {
  test(`${what} is declined, and nothing changes`, () => {
    deepEqual(bank.when(domain.charge, { ...order, ...change }), { says: 'declined', adds: { reason } });
  });
}

test('a refund gives the same amount back, whatever the balance has become, and books the contrary', () => {
  const record = recorded(tables.record, payment);
  deepEqual(given(tables, { accounts: [{ ...ada, balance: 5 }], record }).when(domain.refund, { orderId }), {
    says: 'refunded',
    rows: {
      accounts: [{ ...ada, balance: 405 }],
      ledger: [{ orderId, entry: 'refund', fromAccount: 'merchant', toAccount: 'ada', amount: 400, currency: 'EUR' }],
    },
  });
});

test('a refund never passes over an account that is gone', () => {
  const record = recorded(tables.record, payment);
  throws(() => given(tables, { record }).when(domain.refund, { orderId }), /lost its account/);
});

const byCard = { ...payment, paymentMethod: 'visa', paidFrom: 'ada/visa' };
const asked = recorded(tables.record, { ...byCard, paymentId: null }, { state: 'waiting' });
const booking = { orderId, amount: 400, currency: 'EUR' };

test("a card's provider is asked, whatever the balance is, and nothing is booked before it has answered", () => {
  deepEqual(given(tables, { accounts: [{ ...ada, balance: 0 }] }).when(domain.charge, { ...order, paymentMethod: 'visa' }), {
    asks: { customerId: 'ada', card: 'visa', amount: 400, currency: 'EUR' },
    record: { customerId: 'ada', amount: 400, currency: 'EUR', paymentMethod: 'visa', paidFrom: 'ada/visa' },
  });
});

test('what a card paid is booked from its own account, under the id that the provider gives it', () => {
  deepEqual(given(tables, { record: asked }).when(hears.charge, { says: 'paid', adds: { paymentId: 'charge-7' } }), {
    rows: { ledger: [{ ...booking, entry: 'charge', fromAccount: 'ada/visa', toAccount: 'merchant' }] },
    record: { paymentId: 'charge-7' },
  });
});

test('of a card that was declined nothing is booked', () => {
  deepEqual(given(tables, { record: asked }).when(hears.charge, { says: 'declined', adds: { reason: 'no money' } }), {});
});

test('what a card paid its provider gives back, and then it is booked', () => {
  const record = recorded(tables.record, { ...byCard, paymentId: 'charge-7' });
  const bank = given(tables, { record });
  deepEqual(bank.when(domain.refund, { orderId }), { asks: { paymentId: 'charge-7', amount: 400, currency: 'EUR' } });
  deepEqual(bank.when(hears.refund, { says: 'refunded' }), {
    rows: { ledger: [{ ...booking, entry: 'refund', fromAccount: 'merchant', toAccount: 'ada/visa' }] },
  });
});

test('a charge and its refund lock one row: the account, by what was said or by what was done', () => {
  const view = { accounts: { get: () => undefined }, ledger: { get: () => undefined } };
  deepEqual(keys.accounts?.({ orderId, customerId: 'ada' }, { ...view, record: undefined }), [['ada']]);
  deepEqual(keys.accounts?.({ orderId }, { ...view, record: recorded(tables.record, payment) }), [['ada']]);
  deepEqual(keys.accounts?.({ orderId }, { ...view, record: undefined }), []);
});

test('whatever is charged and refunded: balance = deposited + what was booked to the customer, and nothing is below zero', () => {
  const order = fc.record({ total: fc.nat(600), refunded: fc.boolean() });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 30 }), (orders) => {
      let accounts = [ada] as (typeof demo.accounts)[number][];
      const ledger: { fromAccount: string; toAccount: string; amount: number }[] = [];
      for (const [at, { total, refunded }] of orders.entries()) {
        const facts = { orderId: `${at}`, customerId: 'ada', total, currency: 'EUR', paymentMethod: 'wallet' };
        const charge = given(tables, { accounts }).when(domain.charge, facts);
        accounts = saved(tables.accounts, accounts, charge.rows?.accounts);
        ledger.push(...(charge.rows?.ledger ?? []));
        if (charge.says !== 'paid' || !refunded) continue;
        const record = recorded(tables.record, { ...payment, amount: total }, { orderId: `${at}` });
        const refund = given(tables, { accounts, record }).when(domain.refund, { orderId: `${at}` });
        accounts = saved(tables.accounts, accounts, refund.rows?.accounts);
        ledger.push(...(refund.rows?.ledger ?? []));
      }
      const gained = (account: string) =>
        ledger.reduce(
          (sum, { fromAccount, toAccount, amount }) => sum + (toAccount === account ? amount : 0) - (fromAccount === account ? amount : 0),
          0,
        );
      const balance = accounts[0]?.balance ?? Number.NaN;
      equal(gained('merchant'), 0 - gained('ada'));
      equal(balance, ada.deposited + gained('ada'));
      ok(balance >= 0);
    }),
  );
});

test('the demo customers can pay with their wallets, and not with their declined cards', () => {
  for (const { customerId } of demo.accounts) {
    const said = (paymentMethod: string) => given(tables, demo).when(domain.charge, { ...order, customerId, paymentMethod }).says;
    deepEqual([said('wallet'), said('declined-card')], ['paid', 'declined']);
  }
});
