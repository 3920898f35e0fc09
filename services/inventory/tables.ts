/** Inventory's rows: what is reserved for which order, how much of each product there is, and what it costs. */
import { bigint, int, json, type Keys, record, table, text } from '@ensemble/engine';
import type { Line } from '@ensemble/flow';
import type * as operations from './operations.ts';

export const tables = {
  record: record('reservations', { lines: json<readonly Line[]>().orNull }),
  /** stocked: what was put in, all told. available + held + sold = stocked. */
  stock: table('stock', ['productId'], { productId: text, stocked: bigint, available: bigint, held: bigint, sold: bigint }),
  /** A copy of what the product service tells. price: minor units. */
  prices: table('prices', ['productId'], { productId: text, price: bigint, currency: text, version: int }),
};

export const keys: Keys<typeof operations, typeof tables> = {
  stock: ({ lines }, { record }) => (record?.lines ?? lines ?? []).map((line) => [line.productId]),
  /** Only for an order that says what it costs, and has not been answered. */
  prices: ({ lines, total }, { record }) => (record || total === undefined ? [] : (lines ?? []).map((line) => [line.productId])),
};
