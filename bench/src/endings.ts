/** Which orders a committed batch ends: as whoever ends them writes it down, in the batch that decides it. */
import {
  type BatchFigures,
  type Participant,
  type Row,
  sagas,
  type SagaState,
  statusOf,
  type StoredAnswer,
  type Table,
} from '@ensemble/engine';
import { type Flow, isEnd } from '@ensemble/flow';

export interface Ending {
  readonly orderId: string;
  /** Not shipped, and taken back. */
  readonly compensated: boolean;
}

/** An order may be named more than once: where it ends, and whenever its row changes afterwards. */
export type Endings = (batch: BatchFigures) => readonly Ending[];

/** The rows of a table that a batch saved. */
export const savedIn = ({ changes }: BatchFigures, table: Table): readonly Row[] =>
  changes.flatMap((change) => (change.table === table ? [...(change.insert ?? []), ...(change.update ?? [])] : []));

export const idOf = (row: Row): string => String(row['orderId']);

export const endingsOf = (flow: Flow, participants: readonly Participant[]): Endings =>
  flow.plan === null ? ownerEndings(flow, participants) : sagaEndings;

export const sagaEndings: Endings = (batch) =>
  savedIn(batch, sagas).flatMap((row) => {
    const status = statusOf[row['state'] as SagaState];
    return isEnd(status) ? [{ orderId: idOf(row), compensated: status === 'CANCELLED' }] : [];
  });

/** Where nobody coordinates: by the answers that its owner's record keeps, of the operations that end an order. */
function ownerEndings(flow: Flow, participants: readonly Participant[]): Endings {
  const ending = flow.rows.map(({ does }) => does).filter(({ spec }) => spec.ends);
  const owner = participants.find(({ name }) => name === ending[0]?.participant);
  const record = owner?.tables['record'];
  if (!record) throw new Error(`nobody keeps a record of how an order of ${flow.name} ends`);
  return (batch) =>
    savedIn(batch, record).flatMap((row) => {
      const answers = row['answers'] as Readonly<Record<string, StoredAnswer | undefined>>;
      const words = ending.map(({ verb, spec }) => spec.ends?.[answers[verb]?.outcome ?? '']).filter((word) => word !== undefined);
      return words.length === 0 ? [] : [{ orderId: idOf(row), compensated: words.includes('CANCELLED') }];
    });
}
