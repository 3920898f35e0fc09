import { participant } from '@ensemble/engine';
import { domain } from './domain.ts';
import { ProductChanged } from './news.ts';
import * as operations from './operations.ts';
import { keys, tables } from './tables.ts';

export { pricing } from './pricing.ts';

export const product = participant({
  name: 'product',
  operations,
  tables,
  keys,
  decide: domain,
  tells: { products: ProductChanged },
  migrations: new URL('./migrations/', import.meta.url),
});
