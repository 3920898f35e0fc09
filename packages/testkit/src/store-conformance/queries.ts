import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Query, Row, Store } from '@ensemble/engine/store';
import { type StoreHarness, save, withStore } from './harness.ts';
import { id, names, orderLines, samples } from './tables.ts';

const rows: readonly Row[] = [
  { name: 'Z', rank: 3 },
  { name: 'a', rank: 1 },
  { name: 'b', rank: null },
  { name: 'é', rank: 2 },
  { name: '\ufb00', rank: 2 },
  { name: '😀', rank: null },
];

const ask = async (store: Store, query: Query): Promise<string> =>
  (await store.select(names, { orderBy: [['name', 'asc']], ...query })).map((row) => row['name']).join(' ');

export function queryTests(harness: StoreHarness): void {
  describe('a query', () => {
    it(
      'compares',
      withStore(harness, async (store) => {
        await save(store, { table: names, insert: rows });
        const found = async (is: '=' | '<' | '<=' | '>' | '>=' | '!=', value: number | null): Promise<string> =>
          ask(store, { where: [['rank', is, value]] });
        assert.equal(await found('=', 2), 'é \ufb00');
        assert.equal(await found('!=', 2), 'Z a b 😀');
        assert.equal(await found('<', 2), 'a');
        assert.equal(await found('<=', 2), 'a é \ufb00');
        assert.equal(await found('>', 2), 'Z');
        assert.equal(await found('>=', 2), 'Z é \ufb00');
        assert.equal(await found('=', null), 'b 😀');
        assert.equal(await found('!=', null), 'Z a é \ufb00');
        assert.equal(await found('<', null), '');
        assert.equal(await found('>=', null), '');
      }),
    );

    it(
      'looks in lists',
      withStore(harness, async (store) => {
        await save(store, { table: names, insert: rows });
        assert.equal(await ask(store, { where: [['rank', 'in', [1, 3, 7]]] }), 'Z a');
        assert.equal(await ask(store, { where: [['rank', 'in', [null, 1]]] }), 'a');
        assert.equal(await ask(store, { where: [['name', 'in', ['a', '😀', '"', '']]] }), 'a 😀');
        assert.equal(await ask(store, { where: [['rank', 'in', []]] }), '');
      }),
    );

    it(
      'counts',
      withStore(harness, async (store) => {
        assert.equal(await store.count(names), 0);
        await save(store, { table: names, insert: rows });
        assert.equal(await store.count(names), rows.length);
      }),
    );

    it(
      'wants all its conditions',
      withStore(harness, async (store) => {
        await save(store, { table: names, insert: rows });
        assert.equal(
          await ask(store, {
            where: [
              ['rank', '>=', 2],
              ['name', '>', 'a'],
              ['name', '!=', 'é'],
            ],
          }),
          '\ufb00',
        );
        assert.equal(await ask(store, {}), 'Z a b é \ufb00 😀');
      }),
    );

    it(
      'orders by code points, null as the greatest, and by the next column where the first is equal',
      withStore(harness, async (store) => {
        await save(store, { table: names, insert: rows });
        assert.equal(await ask(store, { orderBy: [['name', 'desc']] }), '😀 \ufb00 é b a Z');
        assert.equal(
          await ask(store, {
            orderBy: [
              ['rank', 'asc'],
              ['name', 'desc'],
            ],
          }),
          'a \ufb00 é Z 😀 b',
        );
        assert.equal(
          await ask(store, {
            orderBy: [
              ['rank', 'desc'],
              ['name', 'asc'],
            ],
          }),
          'b 😀 Z é \ufb00 a',
        );
        assert.equal(await ask(store, { where: [['name', '>', '\ufb00']] }), '😀');
      }),
    );

    it(
      'stops at its limit',
      withStore(harness, async (store) => {
        await save(store, { table: names, insert: rows });
        assert.equal(await ask(store, { limit: 2 }), 'Z a');
        assert.equal(await ask(store, { limit: 0 }), '');
        assert.equal(await ask(store, { limit: 100 }), 'Z a b é \ufb00 😀');
      }),
    );

    it(
      'compares every type that can be compared',
      withStore(harness, async (store) => {
        const sample = (n: number): Row => ({
          ...Object.fromEntries(Object.entries(samples.columns).map(([name]) => [name, null])),
          id: id(n),
          aText: `text ${n}`,
          aBigint: Number.MAX_SAFE_INTEGER - n,
          anInt: n,
          aBoolean: n > 1,
          aTimestamp: 1_700_000_000_000 + n,
          aJson: n,
        });
        await save(store, { table: samples, insert: [sample(1), sample(2), sample(3)] });
        for (const column of ['id', 'aText', 'aBigint', 'anInt', 'aTimestamp']) {
          const ids = async (is: '=' | '<' | '!='): Promise<unknown> =>
            (await store.select(samples, { where: [[column, is, sample(2)[column]]], orderBy: [['id', 'asc']] })).map(
              (row) => row['anInt'],
            );
          assert.deepEqual(await ids('='), [2], column);
          assert.deepEqual(await ids('!='), [1, 3], column);
          assert.deepEqual(await ids('<'), column === 'aBigint' ? [3] : [1], column);
          const listed = await store.select(samples, {
            where: [[column, 'in', [sample(1)[column], sample(3)[column]]]],
            orderBy: [[column, 'asc']],
          });
          assert.deepEqual(
            listed.map((row) => row['anInt']),
            column === 'aBigint' ? [3, 1] : [1, 3],
            column,
          );
        }
        assert.deepEqual(
          (await store.select(samples, { where: [['aBoolean', '=', false]] })).map((row) => row['anInt']),
          [1],
        );
      }),
    );

    it(
      'asked for by part of a composite key',
      withStore(harness, async (store) => {
        const lines = [1, 2, 3].map((lineNo): Row => ({ orderId: id(1), lineNo, name: 'x' }));
        await save(store, { table: orderLines, insert: [...lines, { orderId: id(2), lineNo: 1, name: 'y' }] });
        assert.deepEqual(await store.select(orderLines, { where: [['orderId', '=', id(1)]], orderBy: [['lineNo', 'asc']] }), lines);
      }),
    );
  });
}
