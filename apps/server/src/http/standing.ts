/** How an order stands by whoever knows best: its coordinator or, where nobody coordinates, the monitor that has listened. */
import { sagaRoutes, type Standing } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { routes as monitor } from '@ensemble/monitor/routes';
import { hear } from './hear.ts';
import type { Here } from './here.ts';
import type { OrderView, Problem } from './views.ts';

const routesOf = ({ coordinator }: Flow) => (coordinator === null ? monitor : sagaRoutes(coordinator));

/** null: they do not know it yet; undefined: they cannot be asked, or did not answer in time, and the order is shown without. */
export async function standingOf(
  here: Here,
  { orderId, flow: name }: Pick<OrderView, 'orderId' | 'flow'>,
): Promise<Standing | null | undefined> {
  const flow = here.system.flows.find((one) => one.name === name);
  return flow && hear(here, routesOf(flow).order, { orderId });
}

/** Why a person should look at it, whatever its status is: those who do not answer, and are asked on. */
export const unanswered = ({ flaggedAt, waits }: Standing, now: number): readonly Problem[] =>
  flaggedAt === null || flaggedAt > now
    ? []
    : waits.flatMap(({ due, operation, participant, since }) =>
        due <= now ? [{ operation, participant, since, reason: 'no answer' }] : [],
      );
