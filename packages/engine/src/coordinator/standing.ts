/** How orders stand and whose answers they wait for, as a coordinator tells it and as those do who watch orders without one. */
import type { Plan } from '@ensemble/flow';
import { Type } from 'typebox';
import { OrderId, type Reads, type Route, route } from '../route.ts';
import { type Ask, flowVersions, isAsked, type SagaRow, type SagaState, sagas } from './saga.ts';

/** An answer that is to come. Times in milliseconds since 1970. */
export interface Wait {
  readonly operation: string;
  readonly participant: string;
  readonly since: number;
  /** When it is overdue. */
  readonly due: number;
}

export interface Standing {
  readonly orderId: string;
  readonly state: SagaState;
  /** The longest waited for first. */
  readonly waits: readonly Wait[];
  /** Since when, or from when on, a person should look; null: nobody need. */
  readonly flaggedAt: number | null;
}

/** What is being taken back and needs a person is FAILED, whoever says so. */
export const stateAt = ({ state, flaggedAt }: Pick<Standing, 'state' | 'flaggedAt'>, now: number): SagaState =>
  state === 'COMPENSATING' && flaggedAt !== null && flaggedAt <= now ? 'FAILED' : state;

/** What a service tells of the orders that it coordinates or watches. */
export type StandingRoutes = {
  /** null: it has not heard of it. */
  readonly order: Route<{ readonly orderId: string }, Standing | null>;
  /** The oldest that wait for somebody, 1,000 at the most. */
  readonly open: Route<Record<never, never>, readonly Standing[]>;
};

/** A page of them, for who counts. */
export const mostOpen = 1_000;

/** Of a service that coordinates. */
export const sagaRoutes = (coordinator: string): StandingRoutes => ({
  order: route(coordinator, '/sagas/:orderId', Type.Object({ orderId: OrderId }), async (reads, { orderId }) => {
    const [found] = await standings(reads, await reads.select(sagas, { where: [['orderId', '=', orderId]] }));
    return found ?? null;
  }),
  open: route(coordinator, '/sagas', Type.Object({}), async (reads) =>
    standings(reads, await reads.select(sagas, { where: [['open', '=', true]], orderBy: [['orderId', 'asc']], limit: mostOpen })),
  ),
});

async function standings(reads: Reads, rows: readonly unknown[]): Promise<readonly Standing[]> {
  const sagasHere = rows as readonly SagaRow[];
  const wanted = [...new Set(sagasHere.map(({ version }) => version))];
  const versions = wanted.length > 0 ? await reads.select(flowVersions, { where: [['version', 'in', wanted]] }) : [];
  return sagasHere.map(({ orderId, flow, version, state, flagged, updatedAt, progress }) => {
    const plan = versions.find((kept) => kept['flow'] === flow && kept['version'] === version)?.['plan'] as Plan | undefined;
    return { orderId, state, waits: plan ? waitsOf(progress, plan) : [], flaggedAt: flagged ? updatedAt : null };
  });
}

export function waitsOf({ asks }: SagaRow['progress'], plan: Plan): readonly Wait[] {
  const waits = plan.groups
    .flat()
    .flatMap(({ step, within, undo }) => [
      ...waitFor(step, asks[step]?.do, within),
      ...(undo ? waitFor(undo.step, asks[step]?.undo, undo.within) : []),
    ]);
  return waits.toSorted((a, b) => a.since - b.since || (a.operation < b.operation ? -1 : 1));
}

const waitFor = (operation: string, ask: Ask | undefined, within: number): readonly Wait[] =>
  isAsked(ask) && ask.due !== null
    ? [{ operation, participant: operation.split('.')[0] ?? '', since: ask.since, due: ask.since + within }]
    : [];
