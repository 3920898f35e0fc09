/** What the monitor tells over HTTP: whose answers an order waits for. */
import { OrderId, type RowOf, route, type Wait } from '@ensemble/engine';
import { Type } from 'typebox';
import { tables } from './tables.ts';

export const routes = {
  /** Empty: for nobody's, or nothing was heard of it yet. */
  waits: route(
    'monitor',
    '/orders/:orderId/waits',
    Type.Object({ orderId: OrderId }),
    async (reads, { orderId }): Promise<readonly Wait[]> => {
      const [row] = (await reads.select(tables.orders, { where: [['orderId', '=', orderId]] })) as readonly RowOf<typeof tables.orders>[];
      return row?.progress.waits ?? [];
    },
  ),
};
