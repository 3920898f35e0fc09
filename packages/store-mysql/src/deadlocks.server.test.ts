/** What services do all day, in several processes at once, on the engine's own tables: nobody deadlocks, and nothing is lost. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { due, outbox, parked, type Row, type Store, type Unit } from '@ensemble/engine';
import { engineMigrations } from '@ensemble/engine/migrations';
import { isError } from '@ensemble/errors';
import { migrate, mysqlStore } from './main.ts';
import { run, type TestDatabase, testDatabase } from './test-database.ts';

const id = (n: number): string => `01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const now = 1_700_000_000_000;
const dueRow = (n: number): Row => ({ orderId: id(n), flow: 'f', version: null, attempts: 0, since: now, dueAt: now + n, flagged: false });
const asideOf = (n: number): Row => ({
  messageId: `m${n}`,
  reader: 'r',
  orderId: id(n),
  topic: 't',
  message: '{}',
  reason: '',
  attempts: 1,
  dead: n % 2 === 0,
  nextAt: now + n,
  parkedAt: now,
});

/** `count` numbers below `most`, from a seed: every process takes them in another order. */
function some(seed: number, count: number, most: number): number[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % most;
  };
  return [...new Set(Array.from({ length: count }, next))];
}

describe('several processes at one database', () => {
  let database: TestDatabase;
  let stores: readonly Store[] = [];
  before(async () => {
    database = await testDatabase();
    const directory = `${fileURLToPath(engineMigrations.every).replace(/[/\\]$/, '')}-mysql`;
    await migrate({ url: database.url, sources: [{ name: 'engine', directory }] });
    stores = [1, 2, 3, 4].map((n) => mysqlStore({ url: database.url, applicationName: `deadlocks ${n}`, writers: 2 }));
  });
  after(async () => {
    for (const store of stores) await store.close();
    await database.drop();
  });

  /** One batch: what it shares with others is loaded; what is its own is inserted and later removed. */
  async function batch(store: Store, seed: number): Promise<void> {
    const unit = await store.begin();
    const shared = some(seed, 20, 60);
    const mine = Array.from({ length: 10 }, (_, i) => 1_000 + seed * 10 + i);
    const [orders = []] = await unit.load([{ table: due, keys: [...shared, ...mine].map((n) => [id(n)]) }]);
    const [asides = []] = await unit.load([{ table: parked, keys: shared.map((n) => [`m${n}`, 'r']) }]);
    await unit.commit([
      {
        table: due,
        update: orders.map((row) => ({ ...row, attempts: Number(row['attempts']) + 1, dueAt: Number(row['dueAt']) + seed })),
        insert: mine.toReversed().map(dueRow),
      },
      { table: parked, update: asides.map((row) => ({ ...row, attempts: Number(row['attempts']) + 1, nextAt: now - seed })) },
      { table: outbox, remove: [[id(seed - 4)], [id(seed - 8)]], insert: [{ id: id(seed), payload: '[]', createdAt: now }] },
    ]);
  }

  it('loads, updates, inserts and removes beside each other without one conflict', async () => {
    const [first] = stores;
    const unit = await first?.begin();
    const all = Array.from({ length: 60 }, (_, n) => n);
    await unit?.commit([
      { table: due, insert: all.map(dueRow) },
      { table: parked, insert: all.map(asideOf) },
    ]);
    const worker = async (store: Store, at: number): Promise<void> => {
      for (let round = 0; round < 25; round++) await batch(store, 8 + at + round * 8);
    };
    await Promise.all(stores.flatMap((store, i) => [worker(store, i), worker(store, i + 4)]));
    const expected = all.map((n) => Array.from({ length: 200 }, (_, i) => some(8 + i, 20, 60)).filter((ones) => ones.includes(n)).length);
    const attempts = await run(database.url, `select attempts from due where order_id < '${id(60)}' order by order_id`);
    assert.deepEqual(attempts.flat(), expected);
    assert.equal(await first?.count(due), 60 + 200 * 10);
  });

  it('takes one of those who insert the same rows, and tells the others', async () => {
    const rows = some(7, 50, 10_000).map((n) => dueRow(100_000 + n));
    const keys = rows.map((row) => [String(row['orderId'])]);
    const units = await Promise.all(stores.map((store) => store.begin()));
    for (const unit of units) assert.deepEqual(await unit.load([{ table: due, keys }]), [[]]);
    const insert = async (unit: Unit, i: number): Promise<void> => {
      const own = { table: outbox, insert: [{ id: id(50_000 + i), payload: '[]', createdAt: now }] };
      await unit.commit([own, { table: due, insert: i % 2 === 0 ? rows : rows.toReversed() }]);
    };
    const settled = await Promise.allSettled(units.map(insert));
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    assert.equal(refused.length, stores.length - 1);
    for (const reason of refused) assert.ok(isError(reason, 'STORE_CONFLICT'), String(reason));
  });
});
