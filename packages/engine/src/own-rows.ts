/** What a flow asks of one participant beside what messages ask: worked out once a flow, since every message looks. */
import type { Flow, Message, Row, Trigger } from '@ensemble/flow';

type By<K extends Trigger['kind']> = Row & { readonly on: Extract<Trigger, { readonly kind: K }> };

interface OwnRows {
  /** Its own clock takes the order back; at most one row a flow (the checker sees to it). */
  readonly deadline: By<'deadline'> | undefined;
  /** What it says unasked, by the operation's name. */
  readonly unasked: ReadonlyMap<string, Row>;
  /** The rows that take the order back, whoever asks. */
  readonly undos: readonly Row[];
  /** The names of operations that more than one may ask for: a repeat may come from another than the first. */
  readonly shared: ReadonlySet<string>;
}

const known = new WeakMap<Flow, Map<string, OwnRows>>();

export function ownRows(flow: Flow, participant: string): OwnRows {
  const ofFlow = known.get(flow) ?? new Map<string, OwnRows>();
  known.set(flow, ofFlow);
  const before = ofFlow.get(participant);
  if (before) return before;
  const own = workedOut(flow.rows.filter(({ reader }) => reader === participant));
  ofFlow.set(participant, own);
  return own;
}

const isBy =
  <K extends Trigger['kind']>(kind: K) =>
  (row: Row): row is By<K> =>
    row.on.kind === kind;

function workedOut(rows: readonly Row[]): OwnRows {
  const deadline = rows.find(isBy('deadline'));
  const byOperation = [...Map.groupBy(rows, ({ does }) => does.name)];
  /** The clock says an undo again, whoever asked for it first. */
  const isShared = (same: readonly Row[]): boolean =>
    same.length > 1 || same.some(({ on, does }) => on.kind !== 'message' || (deadline !== undefined && does.kind === 'undo'));
  return {
    deadline,
    unasked: new Map(rows.filter(isBy('later')).map((row) => [row.does.name, row])),
    undos: rows.filter(({ does }) => does.kind === 'undo'),
    shared: new Set(byOperation.filter(([, same]) => isShared(same)).map(([name]) => name)),
  };
}

/** The customer's cancel, or the owner's clock: they take back an order that has not ended, and no other. */
export const isWish = ({ cancel }: Flow, { on }: Row): boolean =>
  on.kind === 'deadline' || (on.kind === 'message' && isSame(on.message, cancel));

const isSame = (message: Message, other: Message | null): boolean => message.key === other?.key;
