import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { int, json, table, text, uuid } from '@ensemble/engine/store';
import { tableSql } from './table-sql.ts';

const parts = { id: uuid, name: text, lines: json<readonly number[]>(), held: int };
const id = '01990000-0000-7000-8000-000000000000';
const other = '01990000-0000-7000-8000-000000000001';
const row = { id, name: 'x', lines: [1], held: 1 };
const sql = tableSql(table('parcels', ['id'], parts), 'parcels');
const setBy = (text: string): string | undefined => /set (.*) from unnest/.exec(text)?.[1];

describe('an update', () => {
  it('takes the key and the columns that differ, in any of its rows', () => {
    const before = [row, { ...row, id: other }];
    const { text, values } = sql.update(
      [
        { ...row, held: 2 },
        { ...row, id: other },
      ],
      before,
    );
    assert.equal(setBy(text), '"held" = u.c1');
    assert.deepEqual(values, [`{${id},${other}}`, '{2,1}', '2']);
    const { text: two } = sql.update(
      [
        { ...row, held: 2 },
        { ...row, id: other, name: 'y' },
      ],
      before,
    );
    assert.equal(setBy(two), '"name" = u.c1, "held" = u.c2');
  });

  it('is one prepared statement for the same columns, and another for others', () => {
    const of = (changed: object) => sql.update([{ ...row, ...changed }], [row]);
    assert.deepEqual([of({ held: 2 }).name, of({ held: 2 }).text], [of({ held: 3 }).name, of({ held: 3 }).text]);
    assert.notEqual(of({ held: 2 }).name, of({ name: 'y' }).name);
  });

  it('still finds the row where nothing differs: one that is gone is a conflict', () => {
    const { text, values } = sql.update([row], [row]);
    assert.equal(setBy(text), '"id" = u.c0');
    assert.deepEqual(values, [`{${id}}`, '1']);
  });

  it('takes all columns where nobody says how the rows were loaded, or where they were loaded without a lock', () => {
    const all = '"name" = u.c1, "lines" = u.c2, "held" = u.c3';
    assert.equal(setBy(sql.update([row]).text), all);
    const shared = tableSql(table('prices', ['id'], parts, { shared: true }), 'prices');
    assert.equal(setBy(shared.update([row], [row]).text), all);
  });

  it('has not more than so many statements, whatever changes', () => {
    const columns = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`c${i}`, int]));
    const wide = tableSql(table('wide', ['id'], { id: uuid, ...columns }), 'wide');
    const names = new Set<string | undefined>();
    for (let set = 1; set < 64; set += 1) {
      const before = { id, ...Object.fromEntries(Object.keys(columns).map((name) => [name, 0])) };
      const after = { ...before, ...Object.fromEntries(Object.keys(columns).map((name, i) => [name, (set >> i) & 1])) };
      names.add(wide.update([after], [before]).name);
    }
    assert.equal(names.size, 17);
  });
});
