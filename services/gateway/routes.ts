/** What the gateway knows of an order before anyone else has heard of it: that it was accepted. */
import { type RowOf, route } from '@ensemble/engine';
import { Type } from 'typebox';
import { tables } from './tables.ts';

export type Accepted = RowOf<typeof tables.accepted>;

const OrderId = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

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
