/** What products cost, from the product service's rows to inventory's copy: in any order, at any time, whoever was away. */
import { type Participant, type Row, type Store, silentLog, systemClock, type Transport } from '@ensemble/engine';
import { inventory } from '@ensemble/inventory';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { pricing, product } from '@ensemble/product';
import { demo } from '@ensemble/product/demo';
import { tables as productTables } from '@ensemble/product/tables';
import { deepEqual } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startSystem, type System } from '../src/system.ts';
import { until } from './until.ts';

export interface NewsHarness {
  /** A transport and empty stores of their own. */
  open(): Promise<{ readonly transport: Transport; readonly stores: ReadonlyMap<string, Store> }>;
  close(): Promise<void>;
}

const { products } = productTables;
const { prices } = inventoryTables;
const ids = demo.products.map(({ productId }) => productId);

export function newsSuite(name: string, harness: NewsHarness): void {
  describe(`prices over ${name}`, () => {
    let setting: Awaited<ReturnType<NewsHarness['open']>>;
    const running = new Map<string, System>();
    const storeOf = ({ name: of }: Participant): Store => setting.stores.get(of) as Store;
    const start = async (participant: Participant, slot = '1'): Promise<void> => {
      const system = { ...setting, participants: [participant], flows: [], partitions: 3, clock: systemClock, log: silentLog, slot };
      running.set(participant.name + slot, await startSystem(system));
    };
    const stop = async ({ name: of }: Participant, slot = '1'): Promise<void> => {
      await running.get(of + slot)?.stop();
      running.delete(of + slot);
    };
    const change = async (productId: string, price: number, slot = '1'): Promise<void> =>
      running
        .get(product.name + slot)
        ?.services.get(product.name)
        ?.perform(pricing({ productId, price }));
    const told = async (): Promise<readonly Row[]> => {
      const rows = await storeOf(product).select(products, { orderBy: [['productId', 'asc']] });
      return rows.map(({ productId, price, currency, version }) => ({ productId, price, currency, version }));
    };
    const kept = async (): Promise<readonly Row[]> => storeOf(inventory).select(prices, { orderBy: [['productId', 'asc']] });
    const agree = async (): Promise<void> => {
      const same = async (): Promise<boolean> => JSON.stringify(await kept()) === JSON.stringify(await told());
      await until(same, async () => JSON.stringify({ kept: await kept(), told: await told() }));
    };

    before(async () => {
      setting = await harness.open();
      await (await storeOf(product).begin()).commit([{ table: products, insert: demo.products }]);
    });
    after(async () => {
      for (const system of running.values()) await system.stop();
      await harness.close();
    });

    test('are all told when the product service starts, and kept by an inventory that starts later', async () => {
      await start(product);
      await start(inventory);
      await agree();
      deepEqual(
        (await kept()).map(({ version }) => version),
        ids.map(() => 1),
      );
    });

    test('are told with every change: of many at once, in two processes, none is lost', async () => {
      await start(product, '2');
      const changes = ids.flatMap((productId) => [101, 202, 303, 404].map((price) => ({ productId, price })));
      await Promise.all(changes.map(({ productId, price }) => change(productId, price, price % 2 ? '1' : '2')));
      await stop(product, '2');
      await agree();
      deepEqual(
        (await kept()).map(({ version }) => version),
        ids.map(() => 5),
      );
    });

    test('that were said before are old news, in whatever order they come again', async () => {
      const before = await kept();
      await stop(product);
      await start(product); // all of it once more
      await stop(inventory);
      await change('lamp', 505);
      await start(inventory);
      await agree();
      deepEqual(
        (await kept()).map(({ version }) => version),
        before.map(({ productId, version }) => (productId === 'lamp' ? 6 : version)),
      );
    });
  });
}
