/** What puts an order on the desk beside its own standing: dead letters of what is owed to it, by the services that have them. */
import { type DeskLetter, type DeskRoutes, deskRoutes, owedIn } from '@ensemble/engine';
import { flows, participants } from '../catalogue.ts';
import { hear } from './hear.ts';
import type { Here } from './here.ts';
import type { OrderView } from './views.ts';

/** By service. */
export const routesOfDesks: ReadonlyMap<string, DeskRoutes> = new Map(participants.map((each) => [each.name, deskRoutes(each, flows)]));

/** By flow: those that owe something to its orders. */
const owing: ReadonlyMap<string, readonly DeskRoutes[]> = new Map(
  flows.map((flow) => {
    const names = participants.filter((each) => owedIn(flow, each).length > 0).map(({ name }) => name);
    return [flow.name, names.flatMap((name) => routesOfDesks.get(name) ?? [])];
  }),
);

/** Of all that owe something to the orders of some flow. */
export const routesOfOwing: readonly DeskRoutes[] = [...new Set([...owing.values()].flat())];

/** Milliseconds: whoever watches an order asks often. */
const patience = 250;

/**
 * Of those that can be asked: an order is shown whichever of its services does not answer. One read a service, at the same time; a second
 * where there is a dead letter.
 */
export async function deskLetters(here: Here, { orderId, flow }: Pick<OrderView, 'orderId' | 'flow'>): Promise<readonly DeskLetter[]> {
  const found = await Promise.all((owing.get(flow) ?? []).map(({ order }) => hear(here, order, { orderId, flow }, patience)));
  return found.flatMap((letters) => letters ?? []);
}
