/** What the monitor tells over HTTP: how an order stands, and whose answers it waits for. */
import { mostOpen, OrderId, type Row, type RowOf, route, type Standing, type StandingRoutes } from '@ensemble/engine';
import { Type } from 'typebox';
import { awaitedOf, waitsFor } from './domain.ts';
import { tables } from './tables.ts';

export const routes: StandingRoutes = {
  order: route('monitor', '/orders/:orderId', Type.Object({ orderId: OrderId }), async (reads, { orderId }) => {
    const [row] = await reads.select(tables.orders, { where: [['orderId', '=', orderId]] });
    return row && isNamed(row) ? standing(row) : null;
  }),
  open: route('monitor', '/orders', Type.Object({}), async (reads) => {
    const rows = await reads.select(tables.orders, { where: [['open', '=', true]], orderBy: [['orderId', 'asc']], limit: mostOpen });
    return rows.map(standing);
  }),
};

const isNamed = (row: Row): boolean => (row as RowOf<typeof tables.orders>).progress.named;

function standing(row: Row): Standing {
  const { orderId, state, progress, flaggedAt } = row as RowOf<typeof tables.orders>;
  return { orderId, state, waits: waitsFor(awaitedOf(state, progress.leads)), flaggedAt };
}
