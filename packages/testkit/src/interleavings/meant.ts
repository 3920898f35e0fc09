/** The order that a flow means: do, what follows, undo. And how an end is compared with the end of that order. */
import type { Row } from '@ensemble/engine';
import type { Piece } from './setting.ts';
import { deliver, type End, type Start } from './world.ts';

const meansOrder = ['do', 'read', 'project', 'then', 'undo', 'after'];
const place = ({ kind }: Piece): number => meansOrder.indexOf(kind);

/**
 * Which of an order's do and undo came first decides: after its undo a do is nothing any more. So does which came first of what
 * completes it and the wish to take it back: the other came too late.
 */
function meant(order: readonly Piece[], wasCompleted: (orderId: string) => boolean): readonly Piece[] {
  const undoneFirst = new Set<string>();
  const state = new Map<string, 'done' | 'completed' | 'undone'>();
  const late = new Set<Piece>();
  for (const piece of order) {
    const { kind, orderId, isWish, completes } = piece;
    const before = state.get(orderId);
    if (kind === 'do' && !before) state.set(orderId, 'done');
    if (completes && before === 'done' && wasCompleted(orderId)) state.set(orderId, 'completed');
    if (kind !== 'undo') continue;
    if (isWish && before === 'completed') late.add(piece);
    else {
      if (!before) undoneFirst.add(orderId);
      state.set(orderId, 'undone');
    }
  }
  const isLate = (piece: Piece): boolean =>
    late.has(piece) || (piece.completes && state.get(piece.orderId) === 'undone' && !wasCompleted(piece.orderId));
  const counts = (piece: Piece): boolean =>
    piece.kind !== 'word' && !isLate(piece) && (!undoneFirst.has(piece.orderId) || ['undo', 'after', 'project'].includes(piece.kind));
  const once = [...new Map(order.filter(counts).map((piece) => [piece.value, piece])).values()];
  return once.toSorted((a, b) => (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : place(a) - place(b)));
}

/** The end of the messages in the order that is meant, one batch each, the outside world answering at once; `end`: how they ended as they came. */
export async function meantEnd(start: Start, order: readonly Piece[], end: End): Promise<unknown> {
  const records = new Map((end.rows['record'] as readonly RecordRow[] | undefined)?.map((row) => [row.orderId, row]));
  const completing = Object.values(start.participant.operations).filter(({ spec }) => Object.values(spec.ends ?? {}).includes('COMPLETED'));
  const pieces = meant(order, (orderId) => completing.some(({ verb }) => records.get(orderId)?.answers[verb]));
  return asMeant(
    start,
    await deliver(
      start,
      pieces.map((piece) => [piece]),
      { isAnsweredAtOnce: true },
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
 * answered. What followed a do before it was undone is history: with an undo among the messages it is left out. So is whether a do
 * that may ask outside was answered: once it is taken back nobody waits for that.
 */
export function asMeant({ flow, participant }: Start, { rows, said }: End, order: readonly Piece[]): unknown {
  const { record = [], ...others } = rows;
  const undone = new Set(order.filter(({ kind }) => kind === 'undo').map(({ orderId }) => orderId));
  const own = flow.rows.filter(({ reader }) => reader === participant.name);
  const followed = own
    .filter(({ does }) => does.kind === 'then' || (does.kind === 'do' && does.spec.asks))
    .flatMap(({ says }) => keysOf(says));
  const told = [...said].filter(([id]) => !undone.has(orderOf(id)) || !followed.includes(id.slice(orderOf(id).length + 1)));
  /** Of several that go on from an undo the last one's answer may differ: which that is depends on what came last. */
  const history = new Set(own.filter(({ does }) => does.kind === 'then' || does.kind === 'after').map(({ does }) => does.verb));
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
