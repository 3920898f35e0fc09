/** What the gateway knows of an order before anyone else has heard of it: that it was accepted. */
import { OrderId, type RowOf, route } from '@ensemble/engine';
import { Type } from 'typebox';
import { tables } from './tables.ts';

export type Accepted = RowOf<typeof tables.accepted>;

export const routes = {
  /** null: it never accepted such an order. */
  accepted: route(
    'gateway',
    '/accepted/:orderId',
    Type.Object({ orderId: OrderId }),
    async (reads, { orderId }): Promise<Accepted | null> => {
      const [row] = (await reads.select(tables.accepted, { where: [['orderId', '=', orderId]] })) as readonly Accepted[];
      return row ?? null;
    },
  ),
};
