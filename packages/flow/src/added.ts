/** The two messages that no document has and every flow needs, the same in all flows. */
import { Type } from 'typebox';
import { type Carried, command, type Fields, type Message } from './message.ts';
import type { Operation } from './operation.ts';
import { Id, Text } from './vocabulary.ts';

const orderId = { orderId: Id };

/** The customer cancels: said by the gateway on a topic that the coordinator, or a choreographed flow's order service, reads. */
export const cancellation = (topic: string): Message<'orderId' | 'reason'> =>
  command('CancelOrderRequested', topic, { ...orderId, reason: Type.Optional(Text) }, { ours: true });

/** The customer orders: said by the gateway where a flow begins `at` a participant. */
export const placement = <const F extends Fields>(fields: F, topic = 'order-requests'): Message<Carried<F> | 'orderId'> =>
  command('PlaceOrder', topic, { ...orderId, ...fields }, { ours: true }) as Message<Carried<F> | 'orderId'>;

/** A placement of what an operation needs and can use. */
export function placementOf({ spec }: Operation): Message {
  const uses = Object.entries(spec.uses ?? {}).map(([name, schema]) => [name, Type.Optional(schema)] as const);
  return placement({ ...spec.needs, ...Object.fromEntries(uses) });
}
