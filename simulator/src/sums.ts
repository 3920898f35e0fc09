/** What an order moved: stock, money, a parcel. */
import type { RowOf, Store, Table } from '@ensemble/engine';
import { tables as inventory } from '@ensemble/inventory/tables';
import { tables as payment } from '@ensemble/payment/tables';
import { tables as shipment } from '@ensemble/shipment/tables';

export interface Sums {
  /** Pieces. */
  readonly held: number;
  readonly sold: number;
  /** Minor units. */
  readonly charged: number;
  readonly refunded: number;
  readonly parcels: number;
}

export async function sumsOf(stores: ReadonlyMap<string, Store>, orderId: string): Promise<Sums> {
  const read = async <T extends Table>(service: string, table: T): Promise<readonly RowOf<T>[]> =>
    ((await stores.get(service)?.select(table, { where: [['orderId', '=', orderId]] })) ?? []) as readonly unknown[] as readonly RowOf<T>[];
  const [reservations, ledger, parcels] = await Promise.all([
    read('inventory', inventory.record),
    read('payment', payment.ledger),
    read('shipment', shipment.record),
  ]);
  const reserved = (isSold: boolean): number =>
    reservations
      .filter(({ state, answers }) => state === 'done' && (answers['sell'] !== undefined) === isSold)
      .flatMap(({ lines }) => lines ?? [])
      .reduce((pieces, { quantity }) => pieces + quantity, 0);
  const booked = (entry: string): number => ledger.reduce((sum, row) => sum + (row.entry === entry ? row.amount : 0), 0);
  return {
    held: reserved(false),
    sold: reserved(true),
    charged: booked('charge'),
    refunded: booked('refund'),
    // One that is being called off is on its way until the carrier says that it is not.
    parcels: parcels.filter(({ state, shipmentId }) => state === 'done' || (state === 'undoing' && shipmentId !== null)).length,
  };
}
