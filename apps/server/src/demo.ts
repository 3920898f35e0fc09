/** The demo shop: rows for tables that are empty, so that there is something to order at first sight. */
import type { Participant, Row, Store } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { demo as inventory } from '@ensemble/inventory/demo';
import { demo as payment } from '@ensemble/payment/demo';
import { demo as product } from '@ensemble/product/demo';

/** By service, then by its table. */
const demos: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  inventory: {
    ...inventory,
    prices: product.products.map(({ productId, price, currency, version }) => ({ productId, price, currency, version })),
  },
  payment,
  product,
};

/** Of two processes that start at once one is first, and that is enough. Errors: STORE_UNAVAILABLE. */
export async function seedDemo({ name, tables }: Participant, store: Store): Promise<void> {
  for (const [of, rows] of Object.entries(demos[name] ?? {})) {
    const table = tables[of];
    if (!table || (await store.select(table, { limit: 1 })).length > 0) continue;
    const unit = await store.begin();
    try {
      await unit.commit([{ table, insert: rows }]);
    } catch (error) {
      if (!isError(error, 'STORE_CONFLICT')) throw error;
    }
  }
}
