/** Whose answers an order waits for. */
import { ended } from './find-order.ts';
import type { Here } from './here.ts';
import { standingOf } from './standing.ts';
import { type OrderView, type WaitView, waitView } from './views.ts';

/** undefined: who knows cannot be asked, and the order is shown without. */
export async function waitingFor(here: Here, order: OrderView): Promise<readonly WaitView[] | undefined> {
  if (ended(order.status)) return []; // who coordinates may hear of it a moment later than the history
  const standing = await standingOf(here, order);
  return standing === undefined ? undefined : (standing?.waits ?? []).map((wait) => waitView(wait, Date.now()));
}
