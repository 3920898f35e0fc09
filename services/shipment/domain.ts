/** How shipment decides: for what fits into one parcel the carrier is asked, who knows whether it is sent. */
import type { Decisions, Hears } from '@ensemble/engine';
import type * as operations from './operations.ts';
import type { tables } from './tables.ts';

/** Pieces in one parcel. */
const mostPieces = 100;

export const domain: Decisions<typeof operations, typeof tables> = {
  schedule(_, { customerId, lines }) {
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    if (pieces > mostPieces) return { says: 'failed', adds: { reason: `${pieces} pieces do not fit into a parcel of ${mostPieces}` } };
    return { asks: { customerId, lines }, record: { customerId, lines } };
  },

  cancel({ record }) {
    if (record?.answers['fail']) return { says: 'cancelled' }; // the carrier gave it up itself: there is nothing to ask
    // A check of its table: what is scheduled knows the carrier's id.
    if (!record?.shipmentId) throw new Error('a parcel that is scheduled does not know its id');
    return { asks: { shipmentId: record.shipmentId } };
  },

  fail(_, { reason }) {
    return { says: 'failed', adds: { reason: reason ?? 'the parcel could not be delivered' } };
  },
};

/** What is saved once the carrier has said how it ended. */
export const hears: Hears<typeof operations, typeof tables> = {
  schedule: (_, word) => (word.says === 'scheduled' ? { record: { shipmentId: word.adds.shipmentId } } : {}),
  cancel: () => ({}),
};
