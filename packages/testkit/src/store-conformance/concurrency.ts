import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Key, Row, Store } from '@ensemble/engine/store';
import { isError } from '@ensemble/errors';
import { load, type StoreHarness, save, withStore } from './harness.ts';
import { id, orderLines, prices, stock } from './tables.ts';

const product = (productId: number, available = 10): Row => ({ productId, available });
const keys = (...ids: readonly number[]): readonly Key[] => ids.map((key) => [key]);

/** Takes one of each product; again when another was first. */
async function takeOne(store: Store, ids: readonly number[]): Promise<void> {
  for (;;) {
    const unit = await store.begin();
    const [rows = []] = await unit.load([{ table: stock, keys: keys(...ids) }]);
    const update = rows.map((row) => ({ ...row, available: (row['available'] as number) - 1 }));
    try {
      return await unit.commit([{ table: stock, update }]);
    } catch (error) {
      if (!isError(error, 'STORE_CONFLICT')) throw error;
    }
  }
}

/** Whether it has ended after everything that could end now had its turn. */
async function isWaiting(work: Promise<unknown>): Promise<boolean> {
  const waiting = Symbol();
  const later = new Promise((resolve) => setTimeout(resolve, 30, waiting));
  return (await Promise.race([work, later])) === waiting;
}

export function concurrencyTests(harness: StoreHarness): void {
  describe('units at once', () => {
    it(
      'lose no update',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1, 100), product(2, 100)] });
        await Promise.all(Array.from({ length: 100 }, () => takeOne(store, [1, 2])));
        assert.deepEqual(await load(store, stock, [1], [2]), [product(1, 0), product(2, 0)]);
      }),
    );

    it(
      'wait for each other’s rows, whatever order they are asked in, and see what was committed',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1), product(2), product(3)] });
        const first = await store.begin();
        const [rows = []] = await first.load([{ table: stock, keys: keys(1, 2) }]);
        const second = await store.begin();
        const loading = second.load([{ table: stock, keys: keys(3, 2) }]);
        assert.equal(await isWaiting(loading), true);
        await first.commit([{ table: stock, update: rows.map((row) => ({ ...row, available: 1 })) }]);
        assert.deepEqual(await loading, [[product(2, 1), product(3)]]);
        await second.rollback();
      }),
    );

    it(
      'find nothing where the row they waited for was removed',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1)] });
        const first = await store.begin();
        await first.load([{ table: stock, keys: keys(1) }]);
        const second = await store.begin();
        const loading = second.load([{ table: stock, keys: keys(1) }]);
        await first.commit([{ table: stock, remove: keys(1) }]);
        assert.deepEqual(await loading, [[]]);
        await second.rollback();
      }),
    );

    it(
      'that ask for many rows in opposite orders do not block each other',
      withStore(harness, async (store) => {
        const ids = Array.from({ length: 200 }, (_, i) => i + 1);
        await save(store, { table: stock, insert: ids.map((key) => product(key, 40)) });
        const orders = [
          ids,
          ids.toReversed(),
          ids.toSorted((a, b) => ((a * 7) % 101) - ((b * 7) % 101)),
          [...ids.slice(100), ...ids.slice(0, 100)],
        ];
        let conflicts = 0;
        const rounds = orders.map(async (order) => {
          for (let i = 0; i < 10; i++) {
            const unit = await store.begin();
            try {
              const [rows = []] = await unit.load([{ table: stock, keys: keys(...order) }]);
              await unit.commit([
                { table: stock, update: rows.map((row) => ({ ...row, available: (row['available'] as number) - 1 })).toReversed() },
              ]);
            } catch (error) {
              if (!isError(error, 'STORE_CONFLICT')) throw error;
              conflicts += 1;
            }
          }
        });
        await Promise.all(rounds);
        assert.equal(conflicts, 0);
        assert.ok((await store.select(stock, {})).every((row) => row['available'] === 0));
      }),
    );

    it(
      'that insert the same keys in opposite orders: one commits, the others are conflicts',
      withStore(harness, async (store) => {
        const lines = Array.from({ length: 100 }, (_, i): Row => ({ orderId: id(i), lineNo: 1, name: 'line' }));
        const wanted = lines.map((line) => [line['orderId'], 1] as Key);
        const units = await Promise.all([1, 2, 3, 4].map(() => store.begin()));
        for (const unit of units) assert.deepEqual(await unit.load([{ table: orderLines, keys: wanted }]), [[]]);
        const commits = units.map((unit, i) => unit.commit([{ table: orderLines, insert: i % 2 === 0 ? lines : lines.toReversed() }]));
        const settled = await Promise.allSettled(commits);
        assert.equal(settled.filter((commit) => commit.status === 'fulfilled').length, 1);
        for (const commit of settled)
          if (commit.status === 'rejected') assert.ok(isError(commit.reason, 'STORE_CONFLICT'), String(commit.reason));
        assert.equal((await store.select(orderLines, {})).length, 100);
      }),
    );

    it(
      'that wait for each other in a circle: one gives way with a conflict',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1), product(2)] });
        const [one, two] = await Promise.all([store.begin(), store.begin()]);
        await one.load([{ table: stock, keys: keys(1) }]);
        await two.load([{ table: stock, keys: keys(2) }]);
        const settled = await Promise.allSettled([
          one.load([{ table: stock, keys: keys(2) }]).then(() => one.commit([])),
          two.load([{ table: stock, keys: keys(1) }]).then(() => two.commit([])),
        ]);
        const failed = settled.filter((each) => each.status === 'rejected');
        assert.equal(failed.length, 1);
        assert.ok(isError(failed[0]?.reason, 'STORE_CONFLICT'), String(failed[0]?.reason));
      }),
    );

    it(
      'read shared rows without waiting',
      withStore(harness, async (store) => {
        await save(store, { table: prices, insert: [{ productId: 1, price: 500 }] });
        const [one, two] = await Promise.all([store.begin(), store.begin()]);
        for (const unit of [one, two])
          assert.deepEqual(await unit.load([{ table: prices, keys: keys(1) }]), [[{ productId: 1, price: 500 }]]);
        await two.commit([{ table: prices, update: [{ productId: 1, price: 600 }] }]);
        await one.rollback();
        assert.deepEqual(await load(store, prices, [1]), [{ productId: 1, price: 600 }]);
      }),
    );

    it(
      'write shared rows whole: another may have changed what was loaded without a lock',
      withStore(harness, async (store) => {
        const [asLoaded, changed] = [
          { productId: 1, price: 500 },
          { productId: 1, price: 600 },
        ];
        await save(store, { table: prices, insert: [asLoaded] });
        const unit = await store.begin();
        const [before = []] = await unit.load([{ table: prices, keys: keys(1) }]);
        await save(store, { table: prices, update: [changed] });
        await unit.commit([{ table: prices, update: [asLoaded], before }]);
        assert.deepEqual(await load(store, prices, [1]), [asLoaded]);
      }),
    );

    it(
      'update what they did not load only when nobody holds it',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1)] });
        const first = await store.begin();
        await first.load([{ table: stock, keys: keys(1) }]);
        const blind = save(store, { table: stock, update: [product(1, 5)] });
        assert.equal(await isWaiting(blind), true);
        await first.commit([{ table: stock, update: [product(1, 9)] }]);
        await blind;
        assert.deepEqual(await load(store, stock, [1]), [product(1, 5)]);
      }),
    );

    it(
      'give their rows back when they are rolled back',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1)] });
        const first = await store.begin();
        await first.load([{ table: stock, keys: keys(1) }]);
        const waiting = load(store, stock, [1]);
        await first.rollback();
        assert.deepEqual(await waiting, [product(1)]);
      }),
    );
  });
}
