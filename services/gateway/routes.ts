/** What the gateway knows of an order before anyone else has heard of it: that it was accepted, and of which cart it is. */
import { Name, OrderId, type RowOf, route } from '@ensemble/engine';
import { Type } from 'typebox';
import { tables } from './tables.ts';

type Checkout = RowOf<typeof tables.checkouts>;
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
  /** The version up to which a customer's cart was ordered; 0: it never was. */
  ordered: route('gateway', '/ordered', Type.Object({ customerId: Name }), async (reads, { customerId }): Promise<number> => {
    const [row] = (await reads.select(tables.checkouts, { where: [['customerId', '=', customerId]] })) as readonly Checkout[];
    return row?.version ?? 0;
  }),
};
