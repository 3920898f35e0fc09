/** Whose answers a saga waits for, as those tell it who watch an order without a coordinator. */
import type { Plan } from '@ensemble/flow';
import { Type } from 'typebox';
import { OrderId, type Route, route } from '../route.ts';
import { type Ask, flowVersions, isAsked, type SagaRow, sagas } from './saga.ts';

/** An answer that is to come. Times in milliseconds since 1970. */
export interface Wait {
  readonly operation: string;
  readonly participant: string;
  readonly since: number;
  /** When it is overdue. */
  readonly due: number;
}

/** The longest waited for first. */
export function waitsOf({ progress: { asks } }: Pick<SagaRow, 'progress'>, plan: Plan): readonly Wait[] {
  const waits = plan.groups.flat().flatMap(({ step, within, undo }) => [
    ...waitFor(step, asks[step]?.do, within), //
    ...(undo ? waitFor(undo.step, asks[step]?.undo, undo.within) : []),
  ]);
  return waits.toSorted((a, b) => a.since - b.since || (a.operation < b.operation ? -1 : 1));
}

const waitFor = (operation: string, ask: Ask | undefined, within: number): readonly Wait[] =>
  isAsked(ask) && ask.due !== null
    ? [{ operation, participant: operation.split('.')[0] ?? '', since: ask.since, due: ask.since + within }]
    : [];

/** Asks the service that coordinates. Empty: the saga waits for nobody, or has not begun. */
export const sagaWaits = (coordinator: string): Route<{ readonly orderId: string }, readonly Wait[]> =>
  route(coordinator, '/sagas/:orderId/waits', Type.Object({ orderId: OrderId }), async (reads, { orderId }) => {
    const [saga] = (await reads.select(sagas, { where: [['orderId', '=', orderId]] })) as readonly SagaRow[];
    if (!saga) return [];
    const { flow, version } = saga;
    const ofSaga = [['flow', '=', flow] as const, ['version', '=', version] as const];
    const [kept] = await reads.select(flowVersions, { where: ofSaga });
    return kept ? waitsOf(saga, kept['plan'] as Plan) : [];
  });
