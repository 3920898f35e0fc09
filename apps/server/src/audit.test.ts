/** What the audit finds when a row is not as it should be, and what the books of those outside tell beside ours. */
import type { Row, Store, Table } from '@ensemble/engine';
import { choreography } from '@ensemble/choreography';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { tables as monitorTables } from '@ensemble/monitor/tables';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { tables as orderTables } from '@ensemble/order/tables';
import { tables as paymentTables } from '@ensemble/payment/tables';
import { tables as shipmentTables } from '@ensemble/shipment/tables';
import type { Done } from '@ensemble/simulated-world';
import { deepEqual } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { outsideShop } from '../test/outside/fixtures/outside-shop.ts';
import { audit, unfinished, unsound } from './audit.ts';
import { disagreements } from './books.ts';

/** One order by card that was completed, and one that was cancelled. */
let shop: Awaited<ReturnType<typeof outsideShop>>;
let completed: string;
let cancelled: string;

before(async () => {
  shop = await outsideShop(choreography);
  completed = await shop.place(1, 'card');
  cancelled = await shop.place(2, 'refusing-card');
  await shop.passes(10_000);
});
after(() => shop.stop());

type Change = (row: Row) => Row | null;
type Wrong = readonly [
  service: string,
  table: Table,
  /** Which row: of this order, or product. */
  of: () => string,
  change: Change,
  unsound: () => readonly string[],
  unfinished: () => readonly string[],
];

/** The stores with that row changed, or without it. */
function altered([service, table, of, change]: Wrong): ReadonlyMap<string, Store> {
  const store = shop.stores.get(service) as Store;
  const isMeant = (row: Row): boolean => [row['orderId'], row['productId']].includes(of());
  const select: Store['select'] = async (wanted, query) => {
    const rows = await store.select(wanted, query);
    const changed = rows.map((row) => (wanted.name === table.name && isMeant(row) ? change(row) : row));
    return changed.filter((row) => row !== null);
  };
  return new Map([...shop.stores, [service, { ...store, select }]]);
}

const without =
  (verb: string): Change =>
  (row) => {
    const { [verb]: _, ...answers } = row['answers'] as Record<string, unknown>;
    return { ...row, answers };
  };
const to =
  (columns: Row): Change =>
  (row) => ({ ...row, ...columns });

const none = (): readonly string[] => [];
const theCompleted = (): string => completed;
const theCancelled = (): string => cancelled;
const held = [{ productId: 'keyboard', quantity: 2 }];

// biome-ignore format: read as a table
const wrongs: Readonly<Record<string, Wrong>> = {
  'a piece that is nowhere': ['inventory', inventoryTables.stock, () => 'keyboard', to({ available: 7 }),
    () => ['keyboard: 7 + 0 + 2 is not 100000'], none],
  'what is completed is not sold': ['inventory', inventoryTables.record, theCompleted, without('sell'),
    () => ['keyboard: 0 held, the reservations say 2', 'keyboard: 2 sold, the reservations say 0'],
    () => [`order ${completed} is COMPLETED and its stock is held, not sold`]],
  'what is cancelled has stock': ['inventory', inventoryTables.record, theCancelled, to({ state: 'done', lines: held }),
    () => [`order ${cancelled} is CANCELLED and still has stock`, 'keyboard: 0 held, the reservations say 2'], none],
  'a charge that is not booked': ['payment', paymentTables.ledger, theCompleted, () => null,
    () => [`the payment of order ${completed} is done, 0 is booked for it and not 15800`, `order ${completed} costs 15800, 0 is kept`], none],
  'what is completed has no parcel': ['shipment', shipmentTables.record, theCompleted, to({ state: 'undone' }),
    () => [`order ${completed} is COMPLETED and has no parcel`], none],
  'what has not ended is said to have': ['order', orderTables.record, theCompleted, without('complete'),
    () => [`order ${completed} has not ended, the monitor says COMPLETED and not open`],
    () => [`order ${completed} has not ended: no saga began, its record is done`]],
  'the monitor waits for what has ended': ['monitor', monitorTables.orders, theCancelled, to({ state: 'RUNNING', open: true }),
    none, () => [`order ${cancelled} is CANCELLED, the monitor says RUNNING and open`]],
  'the history tells another end': ['order-history', historyTables.orders, theCompleted, to({ status: 'CANCELLED' }),
    none, () => [`order ${completed} is COMPLETED, its history says CANCELLED`]],
};

describe('the audit', () => {
  test('finds nothing where nothing is wrong', async () => deepEqual(await audit(shop.stores), []));
  for (const [name, wrong] of Object.entries(wrongs))
    test(name, async () => {
      const stores = altered(wrong);
      const [, , , , isUnsound, isUnfinished] = wrong;
      deepEqual([await unsound(stores), await unfinished(stores)], [isUnsound(), isUnfinished()]);
      deepEqual(await audit(stores), [...isUnfinished(), ...isUnsound()]);
    });
});

describe('the books of those outside', () => {
  const found = (done: readonly Done[], stores = shop.stores): Promise<readonly string[]> => disagreements(stores, done);
  const theirs = (): readonly Done[] => shop.world.done();
  const charge = (): Done => theirs().find(({ key }) => key === `${completed}/payment.charge`) as Done;

  test('agree with ours', async () => deepEqual(await found(theirs()), []));
  test('a charge that was made twice', async () =>
    deepEqual(await found([...theirs(), charge()]), [`charges of order ${completed}: 15800 here, 31600 outside`]));
  test('a charge that they do not have', async () =>
    deepEqual(await found(theirs().filter((each) => each !== charge())), [`charges of order ${completed}: 15800 here, 0 outside`]));
  test('a refund that we did not ask for', async () =>
    deepEqual(await found([...theirs(), { ...charge(), folder: 'refunds' }]), [`refunds of order ${completed}: 0 here, 15800 outside`]));
  test('a parcel that drives nowhere', async () =>
    deepEqual(await found(theirs().filter(({ folder }) => folder !== 'parcels')), [`parcels of order ${completed}: 1 here, 0 outside`]));
  test('a parcel that they gave up, and whose word was lost', async () => {
    const givenUp = (orderId: string): Done => ({ ...charge(), folder: 'failures', key: `${orderId}/shipment.schedule`, request: {} });
    deepEqual(await found([...theirs(), givenUp(completed)]), [`failures of order ${completed}: 0 here, 1 outside`]);
    for (const [verb, outcome] of [
      ['fail', 'failed'],
      ['cancel', 'cancelled'],
    ] as const) {
      const knows = (row: Row): Row => ({
        ...row,
        answers: { ...(row['answers'] as object), [verb]: { outcome, at: 1, adds: {} } },
      });
      const stores = altered(['shipment', shipmentTables.record, () => completed, knows, () => [], () => []]);
      const cancellation = { ...charge(), folder: 'cancellations', request: {} };
      deepEqual(await disagreements(stores, [...theirs(), givenUp(completed), ...(verb === 'cancel' ? [cancellation] : [])]), []);
    }
  });
  test('a charge for nobody', async () =>
    deepEqual(await found([...theirs(), { ...charge(), key: 'x/payment.charge' }]), ['nobody here knows of charges x']));
});
