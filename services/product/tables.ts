/** The product service's rows: what is for sale, and what was said of which order's products. */
import { bigint, boolean, int, type Keys, record, table, text } from '@ensemble/engine';
import type * as operations from './operations.ts';

export const tables = {
  record: record('validations', {}),
  /** price: minor units. version: of the newest change taken, so that an older one never overwrites it. */
  products: table(
    'products',
    ['productId'],
    { productId: text, name: text, description: text, price: bigint, currency: text, active: boolean, version: int },
    { shared: true },
  ),
};

export const keys: Keys<typeof operations, typeof tables> = {
  products: ({ lines }) => (lines ?? []).map((line) => [line.productId]),
};
