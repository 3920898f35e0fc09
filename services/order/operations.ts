/** What the order service can do: take an order, with its cost where that is known, complete it with what it cost, cancel it. */
import { Amount, Currency, does, done, goesOn, Id, Lines, PricedLines, refused, Text, undoes } from '@ensemble/flow';

export const create = does('order.create', {
  needs: { customerId: Id, lines: Lines },
  uses: { paymentMethod: Id, total: Amount, currency: Currency },
  keeps: { customerId: Id, lines: Lines },
  outcomes: { created: done(), refused: refused({ reason: Text }) },
});

export const complete = goesOn(create, 'order.complete', {
  uses: { total: Amount, currency: Currency, paymentId: Id, pricedLines: PricedLines },
  outcomes: { completed: done() },
  ends: { completed: 'COMPLETED' },
});

export const cancel = undoes(create, 'order.cancel', 'cancelled');
