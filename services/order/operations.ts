/**
 * What the order service can do: take an order, with its cost where that is known, complete it with what it cost, cancel it; and where
 * nobody coordinates, find out that all of a cancelled order is settled.
 */
import { Amount, Currency, does, done, goesOn, Id, Lines, PricedLines, refused, Text, undoes } from '@ensemble/flow';

export const create = does('order.create', {
  needs: { customerId: Id, lines: Lines },
  uses: { paymentMethod: Id, total: Amount, currency: Currency },
  keeps: { customerId: Id, lines: Lines },
  outcomes: { created: done(), refused: refused({ reason: Text }) },
  ends: { refused: 'CANCELLED' },
});

export const complete = goesOn(create, 'order.complete', {
  uses: { total: Amount, currency: Currency, paymentId: Id, pricedLines: PricedLines },
  outcomes: { completed: done() },
  ends: { completed: 'COMPLETED' },
});

export const cancel = undoes(create, 'order.cancel', 'cancelled');

/** Stock, money and parcel are settled each by a word of its own; whichever comes last ends the order. */
const settling = { outcomes: { settled: done(), open: done() }, ends: { settled: 'CANCELLED' } } as const;
export const settleStock = goesOn(cancel, 'order.settleStock', settling);
export const settleMoney = goesOn(cancel, 'order.settleMoney', settling);
export const settleParcel = goesOn(cancel, 'order.settleParcel', settling);
