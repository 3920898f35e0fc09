/** The versions of the coordinator's flows, as data in its own database: a saga goes on with the one it began with. */
import { EnsembleError, isError } from '@ensemble/errors';
import type { Flow, Plan } from '@ensemble/flow';
import type { Participant } from '../participant.ts';
import { type RowOf, type Store } from '../store.ts';
import type { Plans } from './coordinator-work.ts';
import { flowVersions, type SagaState, sagas } from './saga.ts';

const none: Plans = { of: () => undefined, kept: () => [] };

/** Keeps today's versions, and reads those of before. Errors: FLOW_VERSION_GONE. */
export async function plansOf(participant: Participant, flows: readonly Flow[], store: Store, now: number): Promise<Plans> {
  if (!participant.coordinates) return none;
  const coordinated = new Map(flows.filter(({ coordinator }) => coordinator === participant.name).map((flow) => [flow.name, flow]));
  await keep(store, [...coordinated.values()], now);
  const known = new Map<string, Map<string, { flow: Flow; plan: Plan }>>([...coordinated.keys()].map((name) => [name, new Map()]));
  for (const row of (await store.select(flowVersions, {})) as readonly RowOf<typeof flowVersions>[]) {
    const flow = coordinated.get(row.flow);
    const plan = row.plan as Plan;
    const gone = flow ? missing(flow, plan) : row.flow;
    if (flow && gone === null) known.get(row.flow)?.set(row.version, { flow, plan });
    else await refuseWhileRunning(store, row.flow, row.version, gone ?? row.flow);
  }
  return {
    of: (name, version) => known.get(name)?.get(version),
    kept: (name) => [...(known.get(name)?.values() ?? [])].map(({ plan }) => plan),
  };
}

async function keep(store: Store, flows: readonly Flow[], now: number): Promise<void> {
  for (const { name, version, plan } of flows) {
    const unit = await store.begin();
    const [rows = []] = await unit.load([{ table: flowVersions, keys: [[name, version]] }]);
    const insert = rows.length > 0 ? [] : [{ flow: name, version, plan, createdAt: now }];
    try {
      await unit.commit([{ table: flowVersions, insert }]);
    } catch (error) {
      // Another process of this service may have kept it at the same moment, or COMMIT's answer was lost: then it is there.
      const where = [
        ['flow', '=', name],
        ['version', '=', version],
      ] as const;
      if (!isError(error, 'STORE_CONFLICT', 'STORE_COMMIT_UNKNOWN') || (await store.select(flowVersions, { where })).length === 0)
        throw error;
    }
  }
}

/** The first message that a plan names and the flow no longer has. */
function missing(flow: Flow, plan: Plan): string | null {
  const asked = plan.groups
    .flat()
    .flatMap(({ says, answers, undo }) => [says ?? [], Object.keys(answers), undo ? [undo.says, ...undo.answers] : []].flat());
  const named = [plan.begins, plan.cancel ?? [], plan.later, asked].flat();
  const operations = new Set(flow.rows.map(({ does }) => does.name));
  const steps = plan.groups.flat().flatMap((step) => [step.step, ...(step.undo ? [step.undo.step] : [])]);
  return named.find((key) => !flow.messages.has(key)) ?? steps.find((name) => !operations.has(name)) ?? null;
}

const unendedStates: readonly SagaState[] = ['RUNNING', 'COMPENSATING', 'FAILED'];

async function refuseWhileRunning(store: Store, flow: string, version: string, gone: string): Promise<void> {
  const by = [
    ['flow', '=', flow],
    ['version', '=', version],
  ] as const;
  // One may have no deadline and not have ended (cancelled before it began); one may have ended and be asked to undo once more.
  const [unended] = await store.select(sagas, { where: [['state', 'in', unendedStates], ...by], limit: 1 });
  const [running = unended] = await store.select(sagas, { where: [['open', '=', true], ...by], limit: 1 });
  if (!running) return;
  const words = `order ${String(running['orderId'])} still runs by ${flow} ${version}, which names ${gone}; this release does not have it`;
  throw new EnsembleError('FLOW_VERSION_GONE', words, { flow, version, gone });
}
