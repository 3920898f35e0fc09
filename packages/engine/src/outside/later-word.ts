/**
 * A word that nobody waits for: it changes nothing. One that contradicts what is known here (it ended otherwise; it was never asked for,
 * and was done) is kept aside, for a person to look at.
 */
import type { Operation } from '@ensemble/flow';
import { putAside } from '../parking.ts';
import type { RecordRow } from '../record.ts';
import type { Key } from '../store.ts';
import { type ParkedRow, parked } from '../tables.ts';
import { type Effect, nothing, type Work } from '../work.ts';
import type { Working } from '../working.ts';
import { type Answered, keyOf, type Word } from './port.ts';

/** Stands where a message aside has the topic it came by; no broker has one of this name. */
const topic = 'the outside world';

export const isContradiction = (row: ParkedRow): boolean => row.topic === topic;

/** `record`: the order's, as it stands. Said again, whether it contradicts or not, it leaves nothing more. */
export function laterWord(operation: Operation, answered: Answered) {
  const { orderId, word } = answered;
  const aside = { messageId: `${keyOf(orderId, operation.name)} ${word.says}`, reader: operation.name };
  const key: Key = [aside.messageId, aside.reader];
  return {
    /** In `parked`. */
    keys: (record: RecordRow | undefined): readonly Key[] => (contradiction(operation, record, word) === null ? [] : [key]),
    decide(record: RecordRow | undefined, working: Working, now: number): Effect {
      const reason = contradiction(operation, record, word);
      const isKept = working.has(parked, key) && working.get(parked, key) !== undefined;
      if (reason === null || isKept) return nothing;
      const value = JSON.stringify(answered);
      const row = putAside(undefined, { ...aside, orderId, topic, value, reason, hopeless: true, counts: true }, now);
      return { rows: [[parked, row]], says: [] };
    },
  };
}

/** What does not agree; null: the word is said again, or says that nothing was done where nothing was asked for. */
function contradiction({ name, verb, kind, spec }: Operation, record: RecordRow | undefined, { says }: Word): string | null {
  const first = record?.answers[verb]?.outcome;
  if (first === undefined || (kind === 'undo' && first === 'nothing'))
    return spec.outcomes[says]?.refuses ? null : `WORD_UNASKED: ${name} was never asked for here; the word is ${says}`;
  return first === says ? null : `WORD_CONTRADICTS: ${name} ended as ${first}; the later word is ${says}`;
}

/** Whoever has it tried again, as messages are, finds it as it was. */
export const contradictsStill = ({ messageId, reader, orderId, message: value, reason }: ParkedRow): Work => ({
  keys: () => [],
  decide: () => ({ dead: reason }),
  parks: { messageId, reader, orderId, topic, value },
});
