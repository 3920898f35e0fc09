/** What an order moved: stock, money, a parcel. */
import type { Store } from '@ensemble/engine';
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
  const read = async (service: string, table: Parameters<Store['select']>[0]) => (await stores.get(service)?.select(table, {})) ?? [];
  const sum = (rows: readonly Readonly<Record<string, unknown>>[], column: string): number =>
    rows.reduce((total, row) => total + (row[column] as number), 0);
  const [stock, ledger, parcels] = await Promise.all([
    read('inventory', inventory.stock),
    read('payment', payment.ledger),
    read('shipment', shipment.record),
  ]);
  const booked = (entry: string): number =>
    sum(
      ledger.filter((row) => row['entry'] === entry && row['orderId'] === orderId),
      'amount',
    );
  return {
    held: sum(stock, 'held'),
    sold: sum(stock, 'sold'),
    charged: booked('charge'),
    refunded: booked('refund'),
    parcels: parcels.filter((row) => row['state'] === 'done').length,
  };
}
