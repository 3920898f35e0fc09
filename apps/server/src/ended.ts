/** Which orders a committed batch ends: as whoever ends them writes it down, in the batch that decides it. */
import {
  type BatchFigures,
  type Change,
  endOf,
  type Participant,
  type RecordRow,
  type Row,
  type SagaRow,
  sagas,
  statusOf,
} from '@ensemble/engine';
import { type Flow, isEnd, type OrderEnd } from '@ensemble/flow';

export interface Ended {
  readonly orderId: string;
  readonly end: OrderEnd;
}

/** An order is named once for each end it comes to: a parcel that is lost takes back what was COMPLETED. */
export type EndedIn = (batch: Pick<BatchFigures, 'changes'>) => readonly Ended[];

/** A coordinated order ends with its saga; where none begins, and where nobody coordinates, with its owner's record. */
export function endedIn(flows: readonly Flow[], participants: readonly Participant[]): EndedIn {
  const owners = participants.filter(({ operations }) => Object.values(operations).some(({ spec }) => spec.ends));
  const byRecord = new Map(owners.map((owner) => [owner.tables['record'], recordEnds(flows, owner)]));
  return ({ changes }) =>
    changes.flatMap((change) => {
      const endIn = change.table === sagas ? sagaEnd : byRecord.get(change.table);
      return endIn ? newEnds(change, endIn) : [];
    });
}

type EndOf = (row: Row) => OrderEnd | null;

function newEnds({ insert = [], update = [], before = [] }: Change, endIn: EndOf): readonly Ended[] {
  const saved = [...insert.map((row) => [row, undefined] as const), ...update.map((row, at) => [row, before[at]] as const)];
  return saved.flatMap(([row, was]) => {
    const end = endIn(row);
    return end === null || (was && endIn(was) === end) ? [] : [{ orderId: String(row['orderId']), end }];
  });
}

const sagaEnd: EndOf = (row) => {
  const status = statusOf[(row as SagaRow).state];
  return isEnd(status) ? status : null;
};

function recordEnds(flows: readonly Flow[], owner: Participant): EndOf {
  const ofFlow = new Map(flows.map((flow) => [flow.name, flow]));
  /** Whether it is the owner whom the gateway asks to begin: what it refuses comes to no coordinator. */
  const isAskedFirst = ({ begins, rows }: Flow): boolean =>
    rows.some(({ on, does }) => on.kind === 'message' && on.message === begins && does.participant === owner.name);
  return (row) => {
    const flow = ofFlow.get(String(row['flow']));
    const record = row as RecordRow;
    if (!flow || (flow.plan && !(record.state === 'refused' && isAskedFirst(flow)))) return null;
    return endOf(owner, record);
  };
}
