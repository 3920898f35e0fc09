/** How shipment decides: what fits into one parcel is sent. */
import type { Decisions } from '@ensemble/engine';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

/** Pieces in one parcel. */
const mostPieces = 100;

export const domain: Decisions<typeof operations, typeof tables> = {
  schedule(_, { orderId, customerId, lines }) {
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (pieces > mostPieces) return { says: 'failed', adds: { reason: `${pieces} pieces do not fit into a parcel of ${mostPieces}` } };
    const shipmentId = `ship-${orderId}`; // one parcel an order: asked again, it is the same
    return { says: 'scheduled', adds: { shipmentId }, record: { customerId, lines, shipmentId } };
  },

  cancel() {
    return { says: 'cancelled' };
  },

  fail(_, { reason }) {
    return { says: 'failed', adds: { reason: reason ?? 'the parcel could not be delivered' } };
  },
};
