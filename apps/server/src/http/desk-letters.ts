/** What puts an order on the desk beside its own standing: dead letters of what is owed to it, by the services that have them. */
import { type DeskLetter, type DeskRoutes, deskRoutes, owedIn } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { flows, participants } from '../catalogue.ts';
import { within } from '../within.ts';
import { ask } from './ask.ts';
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

/** Milliseconds. An order is shown whichever of its services does not answer: whoever asks does not wait for them. */
const patience = 250;

/** Of those that can be asked. One read a service, at the same time; a second where there is a dead letter. */
export async function deskLetters(here: Here, { orderId, flow }: Pick<OrderView, 'orderId' | 'flow'>): Promise<readonly DeskLetter[]> {
  const found = await Promise.all((owing.get(flow) ?? []).map(({ order }) => lettersAt(here, order, { orderId, flow })));
  return found.flat().toSorted((a, b) => a.since - b.since);
}

async function lettersAt(here: Here, route: DeskRoutes['order'], order: { orderId: string; flow: string }): Promise<readonly DeskLetter[]> {
  let found: readonly DeskLetter[] = [];
  const look = async (): Promise<void> => {
    found = await ask(here, route, order);
  };
  await within(patience, look, (error) => {
    if (!isError(error, 'SERVICE_ELSEWHERE', 'SERVICE_UNREACHED', 'STORE_UNAVAILABLE')) throw error;
  });
  return found;
}
