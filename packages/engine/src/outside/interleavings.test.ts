/** What asks outside, in any order and any number of times: some ask, some are decided at once, and the words come whenever they do. */
import { interleavings } from '@ensemble/testkit/interleavings';
import { bank, payment } from '../../fixtures/bank.ts';

const facts = [
  { card: 'visa', amount: 30, receipt: 'r-1', reason: 'no money' },
  { card: 'visa', amount: 20, receipt: 'r-2', reason: 'no money' },
  { card: 'cash', amount: 10, receipt: 'cash', reason: 'no money' },
];

interleavings({ participant: bank, flow: payment, facts });
