/** The product service's rows: what is for sale, and what was said of which order's products. */
import { bigint, boolean, int, type Keys, record, table, text } from '@ensemble/engine';
import type * as operations from './operations.ts';

/** price: minor units. version: one more with every change. */
const product = { productId: text, name: text, description: text, price: bigint, currency: text, active: boolean, version: int };

export const tables = {
  record: record('validations', {}),
  products: table('products', ['productId'], product, { shared: true }),
  /** The same rows for who changes them: locked, so that of two changes the second is made of what the first left. */
  changing: table('products', ['productId'], product),
};

export const keys: Keys<typeof operations, typeof tables> = {
  products: ({ lines }) => (lines ?? []).map((line) => [line.productId]),
};
