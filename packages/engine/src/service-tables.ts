import { sagas } from './coordinator/saga.ts';
import type { Participant } from './participant.ts';
import type { Table } from './store.ts';
import { due, parked } from './tables.ts';

/** Records first, the domain's tables as declared, the sagas, what is due, what waits aside: the one order in which every batch locks. */
export function tablesOf({ tables, coordinates }: Participant): Table[] {
  const { record, ...others } = tables;
  return [...(record ? [record] : []), ...Object.values(others), ...(coordinates ? [sagas] : []), due, parked];
}
