import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { int, table } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { storeConformance } from '@ensemble/testkit/store-conformance';
import { type FaultPoint, memoryStore } from './main.ts';

storeConformance('memory', { open: async () => memoryStore() });

const counters = table('counters', ['id'], { id: int, count: int });

describe('the memory store', () => {
  it('goes by the clock it is given', async () => {
    let time = 1_000;
    const store = memoryStore({ now: () => time });
    assert.equal((await store.begin()).now, 1_000);
    time = 2_000;
    assert.equal((await store.begin()).now, 2_000);
  });

  it('goes back to a snapshot, as often as wanted', async () => {
    const store = memoryStore();
    const insert = async (id: number): Promise<void> => (await store.begin()).commit([{ table: counters, insert: [{ id, count: 0 }] }]);
    await insert(1);
    const snapshot = store.snapshot();
    for (const id of [2, 3]) {
      await insert(id);
      assert.equal((await store.select(counters, {})).length, 2);
      store.restore(snapshot);
      assert.deepEqual(await store.select(counters, {}), [{ id: 1, count: 0 }]);
    }
  });

  const faults: readonly (readonly [point: FaultPoint, code: 'STORE_UNAVAILABLE' | 'STORE_COMMIT_UNKNOWN', landed: boolean])[] = [
    ['begin', 'STORE_UNAVAILABLE', false],
    ['load', 'STORE_UNAVAILABLE', false],
    ['commit', 'STORE_UNAVAILABLE', false],
    ['committed', 'STORE_COMMIT_UNKNOWN', true],
  ];
  for (const [point, code, landed] of faults) {
    it(`fails at ${point} when it is told to; what was saved has ${landed ? '' : 'not '}landed, and no lock stays`, async () => {
      let armed = false;
      const fault = (at: FaultPoint): void => {
        if (armed && at === point) throw new EnsembleError(code, 'a fault of the test');
      };
      const store = memoryStore({ fault });
      await (await store.begin()).commit([{ table: counters, insert: [{ id: 1, count: 0 }] }]);
      const count = async (to: number): Promise<void> => {
        const unit = await store.begin();
        await unit.load([{ table: counters, keys: [[1]] }]);
        await unit.commit([{ table: counters, update: [{ id: 1, count: to }] }]);
      };
      armed = true;
      await assert.rejects(count(1), { code });
      armed = false;
      assert.deepEqual(await store.select(counters, {}), [{ id: 1, count: landed ? 1 : 0 }]);
      await count(2);
      assert.deepEqual(await store.select(counters, {}), [{ id: 1, count: 2 }]);
    });
  }
});
