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

/** An order's, by service: of those that were heard. */
export type LettersHeard = ReadonlyMap<string, readonly DeskLetter[]>;

/**
 * An order is shown whichever of its services does not answer: without it, or as it said `before`. One read a service, at the same time;
 * a second where there is a dead letter.
 */
export async function deskLetters(
  here: Here,
  { orderId, flow }: Pick<OrderView, 'orderId' | 'flow'>,
  before: LettersHeard = new Map(),
): Promise<LettersHeard> {
  const found = await Promise.all(
    (owing.get(flow) ?? []).map(async ({ order }) => {
      const letters = (await hear(here, order, { orderId, flow })) ?? before.get(order.service);
      return letters ? [[order.service, letters] as const] : [];
    }),
  );
  return new Map(found.flat());
}
