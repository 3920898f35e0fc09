/** The order service's rows: one an order, as it was placed and as it was completed. */
import { bigint, json, type Keys, record, text } from '@ensemble/engine';
import type { Line, PricedLine } from '@ensemble/flow';
import type * as operations from './operations.ts';

export const tables = {
  record: record('orders', {
    customerId: text.orNull,
    lines: json<readonly Line[]>().orNull,
    paymentMethod: text.orNull,
    /** What it costs: known from the start, or once it is complete. */
    total: bigint.orNull,
    currency: text.orNull,
    /** From here on: known once it is complete. */
    pricedLines: json<readonly PricedLine[]>().orNull,
    paymentId: text.orNull,
  }),
};

export const keys: Keys<typeof operations, typeof tables> = {};
