import { gateway, readBy, readersOf, saidBy, sayersOf } from '../graph.ts';
import type { Message } from '../message.ts';
import type { Flow, Row } from '../model.ts';
import type { OrderStatus } from '../status.ts';

/** A participant as the flow's document calls it. */
export const seatOf = ({ seats }: Flow, participant: string): string =>
  seats[participant] ?? (participant === gateway ? 'gateway' : participant);

/** A status as the flow's document calls it. */
export const wordOf = ({ words }: Flow, status: OrderStatus): string => words[status] ?? status;

/** How a document classes a message: a command, or its event's tone. */
export const classOf = ({ kind, tone }: Message): string => (kind === 'command' ? 'command' : tone);

export const added = ({ ours }: Message): string => (ours ? ' (added)' : '');

/** The messages in the order of their ranks. */
export const ranked = ({ messages, places }: Flow): readonly Message[] =>
  [...messages.values()].toSorted((a, b) => (places.get(a.key)?.rank ?? 0) - (places.get(b.key)?.rank ?? 0));

/** Who says a message: operations by name, else the coordinator or the gateway. */
export function speakers(flow: Flow, key: string): readonly string[] {
  const operations = saidBy(flow, key);
  const others = sayersOf(flow, key).filter((one) => !operations.some((row) => row.reader === one));
  return [...others, ...new Set(operations.map((row) => row.does.name))];
}

export function listeners(flow: Flow, key: string): readonly string[] {
  const operations = readBy(flow, key);
  const coordinator = flow.plan && readersOf({ ...flow, rows: [] }, key).length > 0 ? [flow.plan.coordinator] : [];
  return [...coordinator, ...operations.map((row) => row.does.name)];
}

/** Everyone who says or reads something, in the order in which they come in. */
export const participantsOf = (flow: Flow): readonly string[] => [
  ...new Set(ranked(flow).flatMap(({ key }) => [...sayersOf(flow, key), ...readersOf(flow, key)])),
];

export const topicsOf = (flow: Flow): readonly string[] => [...new Set(ranked(flow).map(({ topic }) => topic))];

/** What an operation says: `PaymentCompleted (paid) or PaymentFailed (declined)`; empty: nothing. */
export function answersOf({ says }: Row, named: (message: Message) => string = ({ key }) => key): string {
  const outcomes = Map.groupBy(Object.entries(says), ([, { key }]) => key);
  return [...outcomes.values()]
    .map((same) => `${named((same[0] as (typeof same)[0])[1])} (${same.map(([outcome]) => outcome).join(', ')})`)
    .join(' or ');
}
