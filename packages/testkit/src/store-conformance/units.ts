import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Key, Row } from '@ensemble/engine/store';
import { load, type StoreHarness, save, withStore } from './harness.ts';
import { id, names, orderLines, prices, stock } from './tables.ts';

const product = (productId: number, available = 10): Row => ({ productId, available });
const line = (order: number, lineNo: number, name = 'a line'): Row => ({ orderId: id(order), lineNo, name });

export function unitTests(harness: StoreHarness): void {
  describe('a unit', () => {
    it(
      'loads what is there, in key order, each once, and leaves out what is not',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(10), product(1), product(9), product(2)] });
        const keys = [10, 3, 9, 1, 10, 2].map((key): Key => [key]);
        assert.deepEqual(
          (await load(store, stock, ...keys)).map((row) => row['productId']),
          [1, 2, 9, 10],
        );
        assert.deepEqual(await load(store, stock), []);
      }),
    );

    it(
      'loads several tables, each in its place',
      withStore(harness, async (store) => {
        await save(
          store,
          { table: stock, insert: [product(1)] },
          { table: prices, insert: [{ productId: 1, price: 500 }] },
          { table: names, insert: [{ name: 'x', rank: null }] },
        );
        const unit = await store.begin();
        const loaded = await unit.load([
          { table: names, keys: [['x']] },
          { table: orderLines, keys: [] },
          { table: stock, keys: [[1], [2]] },
          { table: prices, keys: [[2], [1]] },
          { table: orderLines, keys: [[id(1), 1]] },
        ]);
        await unit.rollback();
        assert.deepEqual(loaded, [[{ name: 'x', rank: null }], [], [product(1)], [{ productId: 1, price: 500 }], []]);
      }),
    );

    it(
      'knows rows by composite keys',
      withStore(harness, async (store) => {
        await save(store, { table: orderLines, insert: [line(1, 1), line(1, 2), line(2, 1), line(2, 2)] });
        await save(store, { table: orderLines, update: [line(1, 2, 'changed'), line(2, 1, 'changed')], remove: [[id(1), 1]] });
        assert.deepEqual(await load(store, orderLines, [id(2), 1], [id(1), 2], [id(1), 1], [id(3), 1]), [
          line(1, 2, 'changed'),
          line(2, 1, 'changed'),
        ]);
        assert.equal((await store.select(orderLines, {})).length, 3);
      }),
    );

    it(
      'saves several tables in one piece: remove, update, insert',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1), product(2), product(3)] });
        const unit = await store.begin();
        const [rows = []] = await unit.load([{ table: stock, keys: [[1], [2]] }]);
        await unit.commit([
          { table: stock, update: rows.map((row) => ({ ...row, available: 5 })), insert: [product(4), product(3, 7)], remove: [[3], [99]] },
          { table: names, insert: [{ name: 'a', rank: 1 }] },
          { table: names, update: [{ name: 'a', rank: 2 }] },
        ]);
        assert.deepEqual(await store.select(stock, { orderBy: [['productId', 'asc']] }), [
          product(1, 5),
          product(2, 5),
          product(3, 7),
          product(4),
        ]);
        assert.deepEqual(await store.select(names, {}), [{ name: 'a', rank: 2 }]);
      }),
    );

    it(
      'shows nothing before its commit, and nothing at all after a rollback',
      withStore(harness, async (store) => {
        const unit = await store.begin();
        await unit.load([{ table: stock, keys: [[1]] }]);
        assert.deepEqual(await store.select(stock, {}), []);
        await unit.rollback();
        await unit.rollback();
        assert.deepEqual(await store.select(stock, {}), []);
      }),
    );

    it(
      'that inserts an existing key is a conflict that names the table, and changes nothing',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(2)] });
        for (const insert of [[product(2, 1)], [product(1), product(2, 1), product(3)]]) {
          await assert.rejects(save(store, { table: names, insert: [{ name: 'a', rank: 1 }] }, { table: stock, insert }), {
            code: 'STORE_CONFLICT',
            details: { table: 'stock' },
          });
        }
        assert.deepEqual(await store.select(stock, {}), [product(2)]);
        assert.deepEqual(await store.select(names, {}), []);
      }),
    );

    it(
      'that updates a row that is gone is a conflict, and changes nothing',
      withStore(harness, async (store) => {
        await save(store, { table: stock, insert: [product(1), product(2)] });
        await assert.rejects(save(store, { table: stock, update: [product(1, 1), product(2, 1), product(3, 1)] }), {
          code: 'STORE_CONFLICT',
          details: { table: 'stock' },
        });
        await assert.rejects(save(store, { table: names, insert: [{ name: 'a', rank: 1 }] }, { table: stock, update: [product(3, 1)] }), {
          code: 'STORE_CONFLICT',
        });
        assert.deepEqual(await store.select(stock, { orderBy: [['productId', 'asc']] }), [product(1), product(2)]);
        assert.deepEqual(await store.select(names, {}), []);
      }),
    );

    it(
      'is over after its commit, its rollback and any error',
      withStore(harness, async (store) => {
        const committed = await store.begin();
        await committed.commit([]);
        const rolledBack = await store.begin();
        await rolledBack.rollback();
        const failed = await store.begin();
        await assert.rejects(failed.commit([{ table: stock, update: [product(1)] }]), { code: 'STORE_CONFLICT' });
        for (const unit of [committed, rolledBack, failed]) {
          await assert.rejects(unit.load([{ table: stock, keys: [[1]] }]), { code: 'UNIT_OVER' });
          await assert.rejects(unit.commit([]), { code: 'UNIT_OVER' });
          await unit.rollback();
        }
      }),
    );

    it(
      'takes a thousand rows at once',
      withStore(harness, async (store) => {
        const rows = Array.from({ length: 1_000 }, (_, i) => line((i * 7_919) % 1_000, i));
        await save(store, { table: orderLines, insert: rows });
        const unit = await store.begin();
        const [loaded = []] = await unit.load([{ table: orderLines, keys: rows.map((row) => [row['orderId'], row['lineNo']] as Key) }]);
        assert.equal(loaded.length, 1_000);
        await unit.commit([{ table: orderLines, update: loaded.map((row) => ({ ...row, name: 'changed' })) }]);
        assert.equal((await store.select(orderLines, { where: [['name', '=', 'changed']] })).length, 1_000);
        await save(store, { table: orderLines, remove: rows.map((row) => [row['orderId'], row['lineNo']] as Key) });
        assert.deepEqual(await store.select(orderLines, {}), []);
      }),
    );

    it(
      'knows the time of the store, which does not run backwards',
      withStore(harness, async (store) => {
        const times: number[] = [];
        for (let i = 0; i < 20; i++) {
          const unit = await store.begin();
          times.push(unit.now);
          await unit.load([{ table: stock, keys: [[1]] }]);
          await unit.rollback();
        }
        assert.ok(times.every(Number.isSafeInteger));
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.ok(Math.abs((times[0] ?? 0) - Date.now()) < 5_000);
      }),
    );

    it(
      'says that it is well, and closed when it is closed',
      withStore(harness, async (store) => {
        await (await store.begin()).rollback();
        await store.select(stock, {});
        assert.deepEqual(store.health(), { up: true, problem: '' });
        await store.close();
        assert.deepEqual(store.health(), { up: false, problem: 'closed' });
        await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
        await assert.rejects(store.select(stock, {}), { code: 'STORE_UNAVAILABLE' });
      }),
    );
  });
}
