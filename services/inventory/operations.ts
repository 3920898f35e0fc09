/** What inventory can do: hold stock for an order, give it back, turn what is held into sold. */
import { Amount, Currency, does, done, goesOn, Id, Lines, refused, Text, undoes } from '@ensemble/flow';

export const reserve = does('inventory.reserve', {
  needs: { lines: Lines },
  /** What the customer was told that it costs: not reserved where inventory's prices say otherwise. */
  uses: { total: Amount, currency: Currency },
  outcomes: { reserved: done(), unavailable: refused({ reason: Text, productId: Id }) },
  holds: true,
});

export const release = undoes(reserve, 'inventory.release', 'released');

export const sell = goesOn(reserve, 'inventory.sell', { outcomes: { sold: done() }, settles: true });
