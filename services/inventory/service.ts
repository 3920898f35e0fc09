import { participant } from '@ensemble/engine';
import { domain } from './domain.ts';
import { ProductChanged } from './news.ts';
import * as operations from './operations.ts';
import { keys, tables } from './tables.ts';

export const inventory = participant({
  name: 'inventory',
  operations,
  tables,
  keys,
  decide: domain,
  copies: { prices: ProductChanged },
  migrations: new URL('./migrations/', import.meta.url),
});
