import { participant } from '@ensemble/engine';
import { domain, hears } from './domain.ts';
import * as operations from './operations.ts';
import { keys, tables } from './tables.ts';

export const payment = participant({
  name: 'payment',
  operations,
  tables,
  keys,
  decide: domain,
  hears,
  migrations: new URL('./migrations/', import.meta.url),
});
