/** How an order ended, by what its owner's operations answered: a choreographed flow has nobody else to say so. */
import type { Participant } from './participant.ts';
import type { RecordRow } from './record.ts';

type End = 'COMPLETED' | 'CANCELLED';
type Known = Pick<RecordRow, 'state' | 'answers'>;

const endsIn = ({ operations }: Participant, { answers }: Known, end: End): boolean =>
  Object.values(operations).some(({ verb, spec }) => spec.ends?.[answers[verb]?.outcome ?? ''] === end);

/** Whether it ever was COMPLETED: a failure may take it back afterwards, a wish no more. */
export const wasCompleted = (participant: Participant, record: Known): boolean => endsIn(participant, record, 'COMPLETED');

/** null: it is on its way, forward or back. */
export function endOf(participant: Participant, record: Known): End | null {
  if (endsIn(participant, record, 'CANCELLED')) return 'CANCELLED';
  return record.state === 'done' && wasCompleted(participant, record) ? 'COMPLETED' : null;
}
