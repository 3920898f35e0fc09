/** Shipment's rows: one an order, with what is in its parcel. */
import { json, type Keys, record, text } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';

export const tables = {
  record: record('shipments', { customerId: text.orNull, lines: json<readonly Line[]>().orNull, shipmentId: text.orNull }),
};

export const keys: Keys<typeof operations, typeof tables> = {};
