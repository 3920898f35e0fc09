import { sagas } from './coordinator/saga.ts';
import { asksOutside, calls } from './outside/calls.ts';
import type { Participant } from './participant.ts';
import type { Table } from './store.ts';
import { due, parked } from './tables.ts';

/** Records first, what was asked outside, the domain's tables as declared, the sagas, what is due, what waits aside: the one order in which every batch locks. */
export function tablesOf(participant: Participant): Table[] {
  const { tables, coordinates } = participant;
  const { record, ...others } = tables;
  return [
    ...(record ? [record] : []),
    ...(asksOutside(participant) ? [calls] : []),
    ...Object.values(others),
    ...(coordinates ? [sagas] : []),
    due,
    parked,
  ];
}
