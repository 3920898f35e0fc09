/** The order that a flow means: do, what follows, undo. And how an end is compared with the end of that order. */
import type { Row } from '@ensemble/engine';
import type { Piece } from './setting.ts';
import { deliver, type End, type Start } from './world.ts';

const meansOrder = ['do', 'read', 'project', 'then', 'undo'];
const place = ({ kind }: Piece): number => meansOrder.indexOf(kind);

/** Which of an order's do and undo came first decides: after its undo a do is nothing any more. */
function meant(order: readonly Piece[]): readonly Piece[] {
  const once = [...new Map(order.map((piece) => [piece.value, piece])).values()];
  const undoneFirst = new Set<string>();
  const done = new Set<string>();
  for (const { kind, orderId } of order) {
    if (kind === 'do') done.add(orderId);
    if (kind === 'undo' && !done.has(orderId)) undoneFirst.add(orderId);
  }
  const counts = ({ kind, orderId }: Piece): boolean => !undoneFirst.has(orderId) || kind === 'undo' || kind === 'project';
  return once.filter(counts).toSorted((a, b) => (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : place(a) - place(b)));
}

/** The end of the messages in the order that is meant, one batch each. */
export async function meantEnd(start: Start, order: readonly Piece[]): Promise<unknown> {
  const pieces = meant(order);
  return asMeant(
    start,
    await deliver(
      start,
      pieces.map((piece) => [piece]),
    ),
    order,
  );
}

interface RecordRow extends Row {
  readonly orderId: string;
  readonly state: string;
  readonly answers: Readonly<Record<string, { readonly outcome: string; readonly adds: unknown }>>;
}

/**
 * What must not depend on the order of arrival: every row but the record whole; of the record its state and what do and undo
 * answered. What followed a do before it was undone is history: with an undo among the messages it is left out.
 */
export function asMeant({ flow, participant }: Start, { rows, said }: End, order: readonly Piece[]): unknown {
  const { record = [], ...others } = rows;
  const undone = new Set(order.filter(({ kind }) => kind === 'undo').map(({ orderId }) => orderId));
  const history = new Set(
    flow.rows
      .filter(({ reader, does }) => reader === participant.name && does.kind === 'then')
      .flatMap(({ does, says }) => [does.verb, ...keysOf(says)]),
  );
  const told = [...said].filter(([id]) => !undone.has(orderOf(id)) || !history.has(id.slice(orderOf(id).length + 1)));
  return {
    others,
    records: (record as readonly RecordRow[]).map((row) => compared(row, undone.has(row.orderId), history)),
    said: told.map(([id, values]) => [id, [...values].map(dataOf)]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  };
}

const keysOf = (says: Readonly<Record<string, { readonly key: string }>>): string[] => Object.values(says).map(({ key }) => key);
const orderOf = (id: string): string => id.slice(0, id.indexOf('/'));
const dataOf = (value: string): unknown => (JSON.parse(value) as { data: unknown }).data;

function compared({ updatedAt: _, answers, ...row }: RecordRow, undone: boolean, history: ReadonlySet<string>): unknown {
  const answered = Object.entries(answers).filter(([verb]) => !undone || !history.has(verb));
  const outcomes = Object.fromEntries(answered.map(([verb, { outcome, adds }]) => [verb, { outcome, adds }]));
  return undone ? { orderId: row.orderId, state: row.state, outcomes } : { ...row, outcomes };
}
