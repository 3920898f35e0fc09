/** Whose answers an order waits for. */
import { isEnd } from '@ensemble/flow';
import type { Found } from './find-order.ts';
import type { Here } from './here.ts';
import { standingOf } from './standing.ts';
import { type WaitView, waitView } from './views.ts';

/** undefined: who knows cannot be asked, and the order is shown without. */
export async function waitingFor(here: Here, found: Found): Promise<readonly WaitView[] | undefined> {
  if (isEnd(found.order.status)) return []; // who coordinates may hear of it a moment later than the history
  const standing = 'standing' in found ? found.standing : await standingOf(here, found.order);
  return standing === undefined ? undefined : (standing?.waits ?? []).map((wait) => waitView(wait, Date.now()));
}
