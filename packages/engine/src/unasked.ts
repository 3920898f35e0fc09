/** A participant speaks unasked: a carrier gives up, a provider writes, an operator decides. */
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import type { Job } from './at-hand.ts';
import { askedWork } from './operation-work.ts';
import { ownRows } from './own-rows.ts';
import type { Participant } from './participant.ts';

/**
 * A job for the participant's service, which resolves when it is said for good. Told again it says the same again; of an order that was
 * refused or taken back it says nothing. `operation` by its full name, as `shipment.fail`; `facts` by name: what it needs and can use.
 * Errors: OPERATION_NOT_UNASKED, at once; OPERATION_EARLY, from `perform`: its order has not come this far.
 */
export function unasked(
  participant: Participant,
  flow: Flow,
  operation: string,
  orderId: string,
  facts: Readonly<Record<string, unknown>> = {},
): Job {
  const row = ownRows(flow, participant.name).unasked.get(operation);
  if (!row) throw new EnsembleError('OPERATION_NOT_UNASKED', `${flow.name} has no row by which ${operation} is said unasked`);
  const asking = {
    flow,
    row,
    facts: { ...facts, orderId },
    learn: (known: Readonly<Record<string, unknown>>) => ({ ...known, ...facts }),
    by: 'whoever has it speak',
    cause: null,
  };
  const work = askedWork(participant, asking);
  return {
    keys: work.keys,
    decide(working, now) {
      const verdict = work.decide(working, now);
      if ('park' in verdict) throw new EnsembleError('OPERATION_EARLY', verdict.park, { orderId });
      if ('dead' in verdict) throw new Error(verdict.dead);
      return verdict;
    },
  };
}
