import { participant } from '@ensemble/engine';
import { domain } from './domain.ts';
import * as operations from './operations.ts';
import { keys, tables } from './tables.ts';

export const order = participant({
  name: 'order',
  operations,
  tables,
  keys,
  decide: domain,
  migrations: new URL('./migrations/', import.meta.url),
  coordinates: true, // flows whose coordinator is the order service itself
});
