/** Tells of the sagas that a committed batch puts on the desk, whatever in it did. */
import type { Log } from '../log.ts';
import type { Change } from '../store.ts';
import type { Plans } from './coordinator-work.ts';
import { type SagaRow, type SagaState, sagas } from './saga.ts';
import { waitsOf } from './standing.ts';

/** A person is needed: said once, and again only where a saga had left the desk. Operations are the longest waited for first. */
export function flaggedLog(log: Log, plans: Plans, service: string): (changes: readonly Change[]) => void {
  return (changes) => {
    for (const { orderId, flow, version, state, progress } of changes.flatMap(newlyFlagged)) {
      const plan = plans.of(flow, version)?.plan;
      const waitsFor = plan ? waitsOf(progress, plan).map(({ operation }) => operation) : [];
      log.error(
        { service, orderId, flow, waitsFor: waitsFor.join(', ') },
        `an order is ${state === 'FAILED' ? state : 'on the desk'}: ${why(state)}`,
      );
    }
  };
}

/** A new saga has asked for nothing that could stay unanswered. */
function newlyFlagged({ table, update = [], before = [] }: Change): readonly SagaRow[] {
  if (table !== sagas) return [];
  return (update as readonly SagaRow[]).filter(({ flagged }, at) => flagged && before[at]?.['flagged'] === false);
}

const why = (state: SagaState): string => {
  if (state === 'FAILED') return 'not all of it was taken back';
  return state === 'RUNNING' ? 'what cannot refuse does not answer' : 'it has ended, and what was done late is not taken back';
};
