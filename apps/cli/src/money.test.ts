import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { money } from './money.ts';

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
