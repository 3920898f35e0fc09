/** What order-history tells over HTTP: every order of every flow, with all that was said about it. */
import { Name, OrderId, type RowOf, route } from '@ensemble/engine';
import { orderStatuses } from '@ensemble/flow';
import { Type } from 'typebox';
import { tables } from './tables.ts';

/** An order as its history has it; times are milliseconds since 1970, money is in minor units. */
export type History = RowOf<typeof tables.orders>;
export type HistorySummary = Omit<History, 'timeline' | 'archived'>;
export type { Told } from './tables.ts';

const Status = Type.Enum([...orderStatuses]);
/** 1 to 500. */
const Limit = Type.String({ pattern: '^([1-9]|[1-9][0-9]|[1-4][0-9][0-9]|500)$' });

export const routes = {
  /** null: nothing was said about it yet. */
  order: route(
    'order-history',
    '/orders/:orderId',
    Type.Object({ orderId: OrderId }),
    async (reads, { orderId }): Promise<History | null> => {
      const [row] = (await reads.select(tables.orders, { where: [['orderId', '=', orderId]] })) as readonly History[];
      return row ?? null;
    },
  ),
  /** Newest first: ids are UUIDv7, so the primary key is the order of time. */
  orders: route(
    'order-history',
    '/orders',
    Type.Object({ limit: Type.Optional(Limit), status: Type.Optional(Status), customerId: Type.Optional(Name) }),
    async (reads, { limit = '50', status, customerId }): Promise<readonly HistorySummary[]> => {
      const where = [
        ...(status === undefined ? [] : [['status', '=', status] as const]),
        ...(customerId === undefined ? [] : [['customerId', '=', customerId] as const]),
      ];
      const rows = await reads.select(tables.orders, { where, orderBy: [['orderId', 'desc']], limit: Number(limit) });
      return (rows as readonly History[]).map(({ timeline: _, archived: __, ...order }) => order);
    },
  ),
};
