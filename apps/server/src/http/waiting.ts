/** Whose answers an order waits for: its coordinator knows; where nobody coordinates, the monitor has listened. */
import { sagaRoutes } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { routes as monitor } from '@ensemble/monitor/routes';
import { ask } from './ask.ts';
import { ended } from './find-order.ts';
import type { Here } from './here.ts';
import { type OrderView, type WaitView, waitView } from './views.ts';

const routesOf = ({ coordinator }: Flow) => (coordinator === null ? monitor : sagaRoutes(coordinator));

/** undefined: who knows cannot be asked, and the order is shown without. */
export async function waitingFor(here: Here, { orderId, flow: name, status }: OrderView): Promise<readonly WaitView[] | undefined> {
  if (ended(status)) return []; // who coordinates may hear of it a moment later than the history
  const flow = here.system.flows.find((one) => one.name === name);
  if (!flow) return undefined;
  try {
    const standing = await ask(here, routesOf(flow).order, { orderId });
    return (standing?.waits ?? []).map((wait) => waitView(wait, Date.now()));
  } catch (error) {
    if (isError(error, 'SERVICE_ELSEWHERE', 'SERVICE_UNREACHED', 'STORE_UNAVAILABLE')) return undefined;
    throw error;
  }
}
