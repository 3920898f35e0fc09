/**
 * Dead letters that put their orders on the desk: what they ask for was owed to the order, and nobody makes it good. (A do that is asked
 * for on the way is none: its coordinator gives it up, or the owner's clock does, and the order is taken back.)
 */
import type { Flow, OperationKind, Row as FlowRow } from '@ensemble/flow';
import { Type } from 'typebox';
import { type SagaRow, sagas } from './coordinator/saga.ts';
import { wasCompleted } from './ending.ts';
import { messageId } from './envelope.ts';
import { isWish } from './own-rows.ts';
import type { Participant, RecordState } from './participant.ts';
import type { RecordRow } from './record.ts';
import { Name, OrderId, type Reads, type Route, route } from './route.ts';
import type { Table } from './store.ts';
import { type ParkedRow, parked } from './tables.ts';

export interface DeskLetter {
  readonly orderId: string;
  /** What was not done, and who should have. */
  readonly operation: string;
  readonly participant: string;
  /** Of its last attempt, in words. */
  readonly reason: string;
  /** When it was put aside first: milliseconds since 1970. */
  readonly since: number;
}

/** What a service tells of the orders that its dead letters put on the desk. Once one is tried again, or needless, it is not told. */
export type DeskRoutes = {
  readonly order: Route<{ readonly orderId: string; readonly flow: string }, readonly DeskLetter[]>;
  /** Of 1,000 dead letters at the most, those of the newest orders first. */
  readonly all: Route<Record<never, never>, readonly DeskLetter[]>;
};

const mostLetters = 1_000;

/** A message of a flow that asks for something which is owed. */
interface Owed {
  readonly flow: Flow;
  readonly message: string;
  /** As in `parked`. */
  readonly reader: string;
  readonly operation: string;
  /** null: the coordinator's own beginning. */
  readonly row: FlowRow | null;
}

/** What a participant owes to the orders of a flow: to begin them, and what undoes, follows a do or follows an undo. */
export function owedIn(flow: Flow, { name, coordinates }: Participant): readonly Owed[] {
  const rows = flow.rows.flatMap((row): Owed[] => {
    const { on, does, reader } = row;
    if (reader !== name || on.kind !== 'message' || !(follows(does.kind) || on.message.key === flow.begins.key)) return [];
    return [{ flow, message: on.message.key, reader: does.name, operation: does.name, row }];
  });
  if (!coordinates || flow.coordinator !== name || !flow.plan) return rows;
  const { begins: message } = flow.plan;
  const reader = `${name}.coordinator`;
  return [...rows, { flow, message, reader, operation: reader, row: null }];
}

const follows = (kind: OperationKind): boolean => kind === 'undo' || kind === 'then' || kind === 'after';

/** The states of a record in which an operation would still do something; that an order has no record leaves all to be done. */
const undecided: ReadonlyMap<OperationKind, readonly RecordState[]> = new Map([
  ['undo', ['done', 'waiting']],
  ['then', ['done', 'waiting']],
  ['after', ['done', 'waiting', 'undoing', 'undone']],
]);

/** Whether it is owed as long as the order stands like this: a repeat, and what was overtaken by another end, is not. */
function isOwed(
  participant: Participant,
  { flow, row }: Owed,
  record: RecordRow | undefined,
  saga: Pick<SagaRow, 'progress'> | undefined,
): boolean {
  if (!row) return saga?.progress.begun !== true;
  if (!record) return true;
  if (record['flow'] !== flow.name || record.answers[row.does.verb]) return false;
  if (isWish(flow, row) && wasCompleted(participant, record)) return false;
  return undecided.get(row.does.kind)?.includes(record.state) ?? false;
}

/** Whether a message aside is one that puts its order on the desk when it is dead. */
export function owing(participant: Participant, flows: readonly Flow[]): (row: ParkedRow) => boolean {
  const find = finder(participant, flows);
  return (row) => find(row).length > 0;
}

/** What a message aside asks for that is owed: in one flow, or by the same name in several. */
type Find = (row: ParkedRow) => readonly Owed[];

function finder(participant: Participant, flows: readonly Flow[]): Find {
  const byReader = Map.groupBy(
    flows.flatMap((flow) => owedIn(flow, participant)),
    ({ reader }) => reader,
  );
  return (row) => byReader.get(row.reader)?.filter(({ message }) => row.messageId === messageId(row.orderId, message)) ?? [];
}

export function deskRoutes(participant: Participant, flows: readonly Flow[]): DeskRoutes {
  const { name } = participant;
  const byFlow = new Map(flows.map((flow) => [flow.name, inFlow(participant, flow)]));
  const findAny = finder(participant, flows);
  return {
    order: route(name, '/desk/:orderId', Type.Object({ orderId: OrderId, flow: Name }), async (reads, { orderId, flow }) => {
      const { keys, find } = byFlow.get(flow) ?? nothingOwed;
      const ids = keys.map((key) => messageId(orderId, key));
      const aside = ids.length > 0 ? await reads.select(parked, { where: [['messageId', 'in', ids]] }) : [];
      return lettersOf(participant, find, reads, aside as readonly ParkedRow[]);
    }),
    all: route(name, '/desk', Type.Object({}), async (reads) => {
      const dead = await reads.select(parked, { where: [['dead', '=', true]], orderBy: [['messageId', 'desc']], limit: mostLetters });
      return lettersOf(participant, findAny, reads, dead as readonly ParkedRow[]);
    }),
  };
}

interface InFlow {
  /** Of the messages that may be owed: the ids of an order's are few, and `parked` is kept by them. */
  readonly keys: readonly string[];
  readonly find: Find;
}

const nothingOwed: InFlow = { keys: [], find: () => [] };

const inFlow = (participant: Participant, flow: Flow): InFlow => ({
  keys: [...new Set(owedIn(flow, participant).map(({ message }) => message))],
  find: finder(participant, [flow]),
});

/** Where there is no dead letter, and that is nearly always, nothing more is read. */
async function lettersOf(participant: Participant, find: Find, reads: Reads, aside: readonly ParkedRow[]): Promise<readonly DeskLetter[]> {
  const found = aside.filter(({ dead }) => dead).flatMap((row) => find(row).map((owed) => ({ row, owed })));
  const idsOf = (isBeginning: boolean): readonly string[] => [
    ...new Set(found.flatMap(({ row, owed }) => ((owed.row === null) === isBeginning ? [row.orderId] : []))),
  ];
  const { record } = participant.tables;
  const records = await byOrder<RecordRow>(reads, record, idsOf(false));
  const begun = await byOrder<SagaRow>(reads, sagas, idsOf(true));
  const letters = found.flatMap(({ row: { orderId, reason, parkedAt: since }, owed }) =>
    isOwed(participant, owed, records.get(orderId), begun.get(orderId))
      ? [{ orderId, operation: owed.operation, participant: participant.name, reason, since }]
      : [],
  );
  return [...new Map(letters.map((letter) => [`${letter.orderId} ${letter.operation}`, letter])).values()];
}

async function byOrder<R>(reads: Reads, table: Table | undefined, ids: readonly string[]): Promise<ReadonlyMap<string, R>> {
  const rows = table && ids.length > 0 ? await reads.select(table, { where: [['orderId', 'in', ids]] }) : [];
  return new Map(rows.map((row) => [row['orderId'] as string, row as R]));
}
