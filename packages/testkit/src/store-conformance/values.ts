import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Row, type RowOf, type Store, table } from '@ensemble/engine/store';
import { isError } from '@ensemble/errors';
import fc from 'fast-check';
import { load, type StoreHarness, save, withStore } from './harness.ts';
import { id, samples } from './tables.ts';

type Sample = RowOf<typeof samples>;

const plain: Sample = {
  id: id(1),
  aText: 'text',
  aBigint: 1,
  anInt: 2,
  aBoolean: true,
  aTimestamp: 1_700_000_000_123,
  aJson: {},
  otherId: null,
  otherText: null,
  otherBigint: null,
  otherInt: null,
  otherBoolean: null,
  otherTimestamp: null,
  otherJson: null,
};

const full: Sample = {
  ...plain,
  id: id(2),
  otherId: id(3),
  otherText: '',
  otherBigint: 0,
  otherInt: 0,
  otherBoolean: false,
  otherTimestamp: 0,
  otherJson: [null, false, 0, '', {}, []],
};

const hasNul = (value: string): boolean => value.includes('\0');
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !hasNul(value) && value.isWellFormed());
const awkwardText = fc.oneof(
  anyText,
  fc.constantFrom('', 'NULL', 'null', '{}', '{a,b}', '"', '\\', '\\"', ' ', ',', '\n\t\u0001', "'; --", 'ä€😀', '\u2028'),
);
const anyJson = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const anyTime = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values);

const anySample: fc.Arbitrary<Omit<Sample, 'id'>> = fc.record({
  aText: awkwardText,
  aBigint: fc.maxSafeInteger(),
  anInt: fc.integer(),
  aBoolean: fc.boolean(),
  aTimestamp: anyTime,
  aJson: anyJson,
  otherId: maybe(fc.uuid()),
  otherText: maybe(awkwardText),
  otherBigint: maybe(fc.maxSafeInteger()),
  otherInt: maybe(fc.integer()),
  otherBoolean: maybe(fc.boolean()),
  otherTimestamp: maybe(anyTime),
  otherJson: maybe(anyJson),
});

async function refuses(store: Store, row: Row, column: string, constraint: string): Promise<void> {
  for (const change of [{ insert: [row] }, { insert: [full, row] }, { update: [row] }]) {
    await assert.rejects(save(store, { table: samples, ...change }), (error) => {
      assert.ok(isError(error, 'STORE_VIOLATION'), String(error));
      assert.deepEqual(
        { table: error.details['table'], column: error.details['column'], constraint: error.details['constraint'] },
        { table: 'samples', column, constraint },
      );
      return true;
    });
  }
  assert.deepEqual(await store.select(samples, {}), []);
}

export function valueTests(harness: StoreHarness): void {
  describe('values', () => {
    it(
      'come back as they went in',
      withStore(harness, async (store) => {
        await save(store, { table: samples, insert: [plain, full] });
        assert.deepEqual(await load(store, samples, [id(1)], [id(2)]), [plain, full]);
        assert.deepEqual(await store.select(samples, { orderBy: [['id', 'asc']] }), [plain, full]);
      }),
    );

    it(
      'come back as they went in, whatever they are: inserted, updated, one or many',
      withStore(harness, async (store) => {
        let n = 100;
        const property = fc.asyncProperty(
          fc.array(anySample, { minLength: 1, maxLength: 5 }),
          fc.array(anySample, { minLength: 5, maxLength: 5 }),
          async (before, after) => {
            const inserted = before.map((sample) => ({ ...sample, id: id(n++) }));
            const keys = inserted.map((row) => [row.id]);
            await save(store, { table: samples, insert: inserted });
            assert.deepEqual(await load(store, samples, ...keys), inserted);
            const updated = inserted.map((row, i) => ({ ...after[i], id: row.id }));
            await save(store, { table: samples, update: updated });
            assert.deepEqual(await load(store, samples, ...keys), updated);
          },
        );
        await fc.assert(property, { numRuns: 60 });
      }),
    );

    it(
      'stay as they were where an update changes others, of the same row or of another',
      withStore(harness, async (store) => {
        let n = 10_000;
        const some = fc.subarray(Object.keys(samples.columns).filter((name) => name !== 'id'));
        const property = fc.asyncProperty(fc.array(fc.tuple(anySample, anySample, some), { minLength: 1, maxLength: 4 }), async (each) => {
          const inserted = each.map(([sample]) => ({ ...sample, id: id(n++) }));
          const keys = inserted.map((row) => [row.id]);
          await save(store, { table: samples, insert: inserted });
          const unit = await store.begin();
          const [before = []] = await unit.load([{ table: samples, keys }]);
          const changed = each.map(([, after, names]) =>
            Object.fromEntries(names.map((name) => [name, after[name as keyof typeof after]])),
          );
          const update = before.map((row, i) => ({ ...row, ...changed[i] }));
          await unit.commit([{ table: samples, update, before }]);
          assert.deepEqual(await load(store, samples, ...keys), update);
        });
        await fc.assert(property, { numRuns: 60 });
      }),
    );

    it(
      'json keeps null, nesting and unicode, and forgets undefined',
      withStore(harness, async (store) => {
        const values = [
          null,
          'a "quoted\\" text',
          { deep: [{ er: { est: [1.5, -2e-7, 1e21, null] } }] },
          'ä€😀\n\t\u2028',
          '\0 \ud800 \\u0000',
          true,
          { gone: undefined, kept: 1 },
        ];
        await save(store, { table: samples, insert: values.map((aJson, i) => ({ ...plain, id: id(i), aJson })) });
        const rows = await store.select(samples, { orderBy: [['id', 'asc']] });
        assert.deepEqual(
          rows.map((row) => row['aJson']),
          [...values.slice(0, -1), { kept: 1 }],
        );
      }),
    );

    it(
      'that a column cannot hold are refused with its name',
      withStore(harness, async (store) => {
        await refuses(store, { ...plain, aBigint: 2 ** 53 }, 'aBigint', 'type');
        await refuses(store, { ...plain, aBigint: 1.5 }, 'aBigint', 'type');
        await refuses(store, { ...plain, aBigint: Number.NaN }, 'aBigint', 'type');
        await refuses(store, { ...plain, aBigint: '1' }, 'aBigint', 'type');
        await refuses(store, { ...plain, anInt: 2 ** 31 }, 'anInt', 'type');
        await refuses(store, { ...plain, aTimestamp: 0.5 }, 'aTimestamp', 'type');
        await refuses(store, { ...plain, aTimestamp: Number.MAX_SAFE_INTEGER }, 'aTimestamp', 'type');
        await refuses(store, { ...plain, aText: 'a\0b' }, 'aText', 'type');
        await refuses(store, { ...plain, aText: '\ud800' }, 'aText', 'type');
        await refuses(store, { ...plain, aBoolean: 1 }, 'aBoolean', 'type');
        await refuses(store, { ...plain, otherId: 'no uuid' }, 'otherId', 'type');
        await refuses(store, { ...plain, aText: null }, 'aText', 'not null');
        await refuses(store, { ...plain, aText: undefined }, 'aText', 'not null');
        await refuses(store, { ...plain, aJson: undefined }, 'aJson', 'not null');
      }),
    );

    it(
      'uuids are the same in upper case',
      withStore(harness, async (store) => {
        const upper = 'ABCDEF00-0000-7000-8000-00000000000A';
        await save(store, { table: samples, insert: [{ ...plain, id: upper }] });
        assert.deepEqual(
          (await load(store, samples, [upper.toLowerCase()])).map((row) => row['id']),
          [upper.toLowerCase()],
        );
        assert.equal((await store.select(samples, { where: [['id', '=', upper]] })).length, 1);
      }),
    );

    it(
      'are nobody’s but the reader’s',
      withStore(harness, async (store) => {
        const nested = { list: [1] };
        await save(store, { table: samples, insert: [{ ...plain, aJson: nested }] });
        nested.list.push(2);
        const [read] = (await load(store, samples, [id(1)])) as readonly [{ aJson: { list: number[] } }];
        try {
          read.aJson.list.push(3);
        } catch (error) {
          assert.ok(error instanceof TypeError); // frozen is as good as copied
        }
        assert.deepEqual(
          (await load(store, samples, [id(1)])).map((row) => row['aJson']),
          [{ list: [1] }],
        );
      }),
    );

    it(
      'of a table or column that is not there are a mismatch',
      withStore(harness, async (store) => {
        const { otherText: _, ...columns } = samples.columns;
        await assert.rejects(store.select(table('samples', ['id'], columns), { where: [['otherText', '=', 'x']] }), {
          code: 'STORE_MISMATCH',
        });
        await assert.rejects(store.select(samples, { where: [['aJson', '=', 1]] }), { code: 'STORE_MISMATCH' });
      }),
    );
  });
}
