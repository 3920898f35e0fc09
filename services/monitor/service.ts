import { participant } from '@ensemble/engine';
import { domain } from './domain.ts';
import * as operations from './operations.ts';
import { keys, tables } from './tables.ts';

export const monitor = participant({
  name: 'monitor',
  operations,
  tables,
  keys,
  decide: domain,
  migrations: new URL('./migrations/', import.meta.url),
});
