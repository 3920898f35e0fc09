import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cuttingProxy, type Fate } from '../cutting-proxy.ts';
import { save } from '../store-conformance/harness.ts';
import { account, accounts, type Bed } from './harness.ts';

const within = { timeout: 10_000 };

export function commitTests(bed: Bed): void {
  const { harness, open, closing, balances } = bed;

  describe('does not know whether a COMMIT landed when its answer is lost', () => {
    const fates: readonly (readonly [fate: Fate, landed: boolean])[] = [
      ['lose answer', true],
      ['hold answer', true],
      ['lose commit', false],
    ];
    for (const [fate, landed] of fates) {
      it(`${fate}: it says so, and goes on with a new connection`, async (t) => {
        const proxy = await cuttingProxy(bed.url(), harness.commitWords);
        closing(() => proxy.close());
        const cut = open({ url: proxy.url, writers: 1, timeouts: { answer: 300 } });
        for (const loadsFirst of [true, false]) {
          await save(cut, { table: accounts, update: [account(1)] });
          const unit = await cut.begin();
          if (loadsFirst) await unit.load([{ table: accounts, keys: [[1]] }]);
          proxy.next = fate;
          await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 9)] }]), { code: 'STORE_COMMIT_UNKNOWN' });
          await t.waitFor(async () => assert.deepEqual(await balances(), [[1, landed ? 9 : 0]]), within);
        }
      });
    }

    it('but it does know when the server had refused a row before', async () => {
      const proxy = await cuttingProxy(bed.url(), harness.commitWords);
      closing(() => proxy.close());
      const cut = open({ url: proxy.url, writers: 1 });
      await assert.rejects(save(cut, { table: accounts, update: [account(1, -500)] }), { code: 'STORE_VIOLATION' });
    });
  });

  it('knows that nothing was committed when the connection goes before the COMMIT', async (t) => {
    const lines: string[] = [];
    const cut = open({ writers: 1, log: (line) => lines.push(line) });
    const unit = await cut.begin();
    await unit.load([{ table: accounts, keys: [[1]] }]);
    await harness.endTransactions(bed.url());
    await t.waitFor(() => assert.equal(lines.length, 1), within);
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 3)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await balances(), [[1, 0]]);
    await save(cut, { table: accounts, update: [account(1, 4)] });
    assert.deepEqual(await cut.select(accounts, {}), [account(1, 4)]);
  });
}
