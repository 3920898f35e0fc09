/** Inventory's rows: what is reserved for which order, and how much of each product there is. */
import { bigint, json, type Keys, record, table, text } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';

export const tables = {
  record: record('reservations', { lines: json<readonly Line[]>().orNull }),
  /** stocked: what was put in, all told. available + held + sold = stocked. */
  stock: table('stock', ['productId'], { productId: text, stocked: bigint, available: bigint, held: bigint, sold: bigint }),
};

export const keys: Keys<typeof operations, typeof tables> = {
  stock: ({ lines }, { record }) => (record?.lines ?? lines ?? []).map((line) => [line.productId]),
};
