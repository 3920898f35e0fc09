/** Why an order that does not go on by itself needs a person. */
import { calls, sagaRoutes, type StandingRoutes } from '@ensemble/engine';
import { type Flow, isEnd } from '@ensemble/flow';
import { routes as monitorRoutes } from '@ensemble/monitor/routes';
import type { State } from './state.ts';
import type { World } from './world.ts';

/** In words; none where it has ended. */
export async function needsOf(world: World, flow: Flow, orderId: string, { status }: State): Promise<readonly string[]> {
  const down = world.participants.flatMap(({ name }) => (world.isDown(name) ? [`${name} is down`] : []));
  if (isEnd(status)) return down;
  const { order }: StandingRoutes = flow.coordinator === null ? monitorRoutes : sagaRoutes(flow.coordinator);
  const store = world.stores.get(order.service);
  const standing = store && (await order.answer(store, { orderId }));
  const asked = await Promise.all([...world.stores.values()].map((each) => each.select(calls, { where: [['orderId', '=', orderId]] })));
  return [
    ...down,
    ...(standing ? standing.waits.map(({ operation }) => `no answer on ${operation}`) : [`${order.service} has not heard of it`]),
    ...asked.flat().map(({ operation }) => `no word from outside on ${String(operation)}`),
  ];
}
