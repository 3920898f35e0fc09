import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { money, moneyIn } from './money.ts';

test('minor units are shown with as many digits as the currency has', () => {
  equal(money(15_800, 'EUR'), '158.00 EUR');
  equal(money(5, 'EUR'), '0.05 EUR');
  equal(money(0, 'USD'), '0.00 USD');
  equal(money(15_800, 'JPY'), '15800 JPY');
  equal(money(15_800, 'KWD'), '15.800 KWD');
  equal(money(-1_250, 'EUR'), '-12.50 EUR');
});

test('an amount past what a float with two digits can tell stays exact', () => {
  equal(money(9_007_199_254_740_991, 'EUR'), '90071992547409.91 EUR');
});

test('what is no currency is shown all the same', () => {
  equal(money(100, 'euro'), '1.00 euro');
});

test('money is read as it is shown', () => {
  for (const [amount, currency] of [
    [15_800, 'EUR'],
    [5, 'EUR'],
    [0, 'USD'],
    [15_800, 'JPY'],
    [15_800, 'KWD'],
    [900_719_925_474_099, 'EUR'],
  ] as const)
    deepEqual(moneyIn(money(amount, currency)), { amount, currency });
  deepEqual(moneyIn('158 EUR'), { amount: 15_800, currency: 'EUR' });
  deepEqual(moneyIn('158.00EUR'), { amount: 15_800, currency: 'EUR' });
});

for (const text of [
  '',
  '158',
  '158.0 EUR',
  '158.000 EUR',
  '1,58 EUR',
  '-158.00 EUR',
  '158.00 euro',
  '158.00 JPY',
  '.50 EUR',
  '9'.repeat(15) + ' EUR',
])
  test(`${JSON.stringify(text)} is no money, and says what is`, () => {
    throws(() => moneyIn(text), { code: 'commander.invalidArgument', message: "Write an amount and its currency: '158.00 EUR'." });
  });
