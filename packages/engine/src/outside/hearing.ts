/**
 * The word from outside enters the service as a work of its own. The first final word is the answer; any later one changes nothing, and is
 * kept aside where it contradicts the first.
 */
import type { Flow } from '@ensemble/flow';
import type { Job } from '../at-hand.ts';
import { dueKeys } from '../due.ts';
import { after, askedWork, keysOf, recordOf, viewOf } from '../operation-work.ts';
import type { Participant } from '../participant.ts';
import { type Decided, hear, type RecordRow } from '../record.ts';
import type { Key } from '../store.ts';
import { due, parked } from '../tables.ts';
import type { Effect } from '../work.ts';
import type { Working } from '../working.ts';
import { askingOf, type CallRow, calls } from './calls.ts';
import { laterWord } from './later-word.ts';
import { type Answered, checkWord, type Word } from './port.ts';

interface Hearer {
  readonly participant: Participant;
  readonly flows: readonly Flow[];
}

type Saves = Pick<Decided, 'rows' | 'record'>;

/** Errors: WORD_MISFIT, at once. */
export function wordWork({ participant, flows }: Hearer, answered: Answered): Job {
  const { orderId, operation: name, word } = answered;
  const all = Object.values(participant.operations);
  const operation = all.find((each) => each.name === name);
  const undo = all.find(({ kind, of }) => kind === 'undo' && of === name);
  const saves = participant.hears[operation?.verb ?? ''] as ((view: unknown, word: Word) => Saves) | undefined;
  if (!operation || !saves) throw new Error(`${participant.name} hears no word on ${name}`);
  checkWord(operation, word);
  const key: Key = [orderId, name];
  const later = laterWord(operation, answered);
  const recordIn = (working: Working) => working.get(recordOf(participant), [orderId]) as RecordRow | undefined;

  return {
    keys(table, working): readonly Key[] {
      if (table === calls) return [key];
      if (table === recordOf(participant)) return [[orderId]];
      const call = working.get(calls, key) as CallRow | undefined;
      if (!call) return table === parked ? later.keys(recordIn(working)) : [];
      if (table === due)
        return flows.filter((flow) => flow.name === call.asked.flow).flatMap((flow) => dueKeys(participant, flow, orderId));
      const asking = call.undo ? [call.asked, call.undo] : [call.asked];
      return asking.flatMap(({ facts }) => keysOf(participant, table, working, facts));
    },
    decide(working, now): Effect {
      const call = working.get(calls, key) as CallRow | undefined;
      const record = recordIn(working);
      if (!call || !record) return later.decide(record, working, now);
      const heard = hear(operation, record, { ...word, ...saves(viewOf(participant, working, orderId), word) }, now);
      if (!heard) throw new Error(`order ${orderId} is ${record.state}, and ${name} still waits for a word`);
      const asked = { ...askingOf(flows, name, call.asked), participant, operation };
      const effect = after(asked, record, { ...heard.next, answer: heard.answer, now });
      const taken = { ...effect, removes: [...(effect.removes ?? []), [calls, key] as const] };
      if (!heard.undoes) return taken;
      if (!undo || !call.undo) throw new Error(`order ${orderId} is taken back, and nobody is to be told`);
      return inTurn(taken, askedWork(participant, askingOf(flows, undo.name, call.undo)), working, now);
    },
  };
}

/** Who asked for the do does not wait any more: only what the undo answers is said. */
function inTurn(first: Effect, undo: Pick<Job, 'decide'>, working: Working, now: number): Effect {
  const second = undo.decide(working.over(first.rows), now);
  if (!('says' in second)) throw new Error(`an undo cannot be decided after the word on its do: ${JSON.stringify(second)}`);
  return { rows: [...first.rows, ...second.rows], says: second.says, removes: [...(first.removes ?? []), ...(second.removes ?? [])] };
}
