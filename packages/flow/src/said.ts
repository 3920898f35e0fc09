import type { Message } from './message.ts';
import type { Flow } from './model.ts';

/** Every message of a flow, as often as it is written. */
export const allMessages = ({ begins, cancel, rows }: Pick<Flow, 'begins' | 'cancel' | 'rows'>): readonly Message[] => [
  begins,
  ...(cancel ? [cancel] : []),
  ...rows.flatMap((row) => [...(row.on.kind === 'message' ? [row.on.message] : []), ...Object.values(row.says)]),
];

export const byKey = (flow: Pick<Flow, 'begins' | 'cancel' | 'rows'>): ReadonlyMap<string, Message> =>
  new Map(allMessages(flow).map((message) => [message.key, message]));
