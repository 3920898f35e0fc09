/** How an order ended, by what its owner's operations answered: a choreographed flow has nobody else to say so. */
import type { OrderEnd } from '@ensemble/flow';
import type { Participant } from './participant.ts';
import type { RecordRow } from './record.ts';

type Known = Pick<RecordRow, 'state' | 'answers'>;

type Ending = readonly [verb: string, ends: Readonly<Record<string, OrderEnd>>];

/** Worked out once a participant: every answer asks. */
const known = new WeakMap<Participant, readonly Ending[]>();

function endingsOf(participant: Participant): readonly Ending[] {
  const before = known.get(participant);
  if (before) return before;
  const endings = Object.values(participant.operations).flatMap(({ verb, spec }): Ending[] => (spec.ends ? [[verb, spec.ends]] : []));
  known.set(participant, endings);
  return endings;
}

const endsIn = (participant: Participant, { answers }: Known, end: OrderEnd): boolean =>
  endingsOf(participant).some(([verb, ends]) => ends[answers[verb]?.outcome ?? ''] === end);

/** Whether it ever was COMPLETED: a failure may take it back afterwards, a wish no more. */
export const wasCompleted = (participant: Participant, record: Known): boolean => endsIn(participant, record, 'COMPLETED');

/** null: it is on its way, forward or back. */
export function endOf(participant: Participant, record: Known): OrderEnd | null {
  if (endsIn(participant, record, 'CANCELLED')) return 'CANCELLED';
  return record.state === 'done' && wasCompleted(participant, record) ? 'COMPLETED' : null;
}
