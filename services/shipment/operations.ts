/** What shipment can do: have an order's parcel fetched, call it off, and say afterwards that it could not be delivered. */
import { does, done, goesOn, Id, Lines, refused, Text, undoes } from '@ensemble/flow';

export const schedule = does('shipment.schedule', {
  needs: { customerId: Id, lines: Lines },
  /** The carrier. */
  asks: { customerId: Id, lines: Lines },
  outcomes: { scheduled: done({ shipmentId: Id }), failed: refused({ reason: Text }) },
});

export const cancel = undoes(schedule, 'shipment.cancel', 'cancelled', { asks: { shipmentId: Id } });

/** The carrier's word, whenever it comes. */
export const fail = goesOn(schedule, 'shipment.fail', {
  uses: { reason: Text },
  outcomes: { failed: done({ reason: Text }) },
  unasked: true,
});
