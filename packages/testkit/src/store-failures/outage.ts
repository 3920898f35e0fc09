import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { save } from '../store-conformance/harness.ts';
import { account, accounts, type FailuresHarness } from './harness.ts';

const within = { timeout: 10_000 };

/** When the server goes. */
export function outageTests({ start, run, schema, store: open, cannotStart, nowhere }: FailuresHarness): void {
  const dir = mkdtempSync(join(tmpdir(), 'store-outage-'));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('says so at once, and goes on by itself when it is back', { skip: cannotStart }, async (t) => {
    let server = await start(dir);
    const lines: string[] = [];
    const store = open({ url: server.url, writers: 1, log: (line) => lines.push(line) });
    try {
      await run(server.url, schema);
      await save(store, { table: accounts, insert: [account(1, 1)] });
      const unit = await store.begin();
      await unit.load([{ table: accounts, keys: [[1]] }]);
      await t.waitFor(() => assert.equal(store.health().up, true), within); // its reader too
      await server.kill();
      // A server's children outlive it for a moment, and one of them would still carry out the COMMIT.
      const lost = (): number => lines.filter((line) => line.startsWith('a database connection was lost')).length;
      await t.waitFor(() => assert.equal(lost(), 2), within);
      assert.equal(store.health().up, false);
      await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 2)] }]), { code: 'STORE_UNAVAILABLE' });
      const asked = performance.now();
      await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
      await assert.rejects(store.select(accounts, {}), { code: 'STORE_UNAVAILABLE' });
      assert.ok(performance.now() - asked < 100);
      server = await start(dir, server);
      await t.waitFor(() => assert.equal(store.health().up, true), within);
      await save(store, { table: accounts, update: [account(1, 3)] });
      assert.deepEqual(await store.select(accounts, {}), [account(1, 3)]);
      assert.ok(lines.some((line) => line.startsWith('the database cannot be reached')) && lines.includes('the database is back'));
    } finally {
      await store.close();
      await server.stop();
    }
  });

  it('that was never there: says so, and can be closed', async () => {
    const store = open({ url: nowhere });
    await assert.rejects(store.begin(), { code: 'STORE_UNAVAILABLE' });
    assert.equal(store.health().up, false);
    await store.close();
  });
}
