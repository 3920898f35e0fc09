import assert from 'node:assert/strict';
import { it } from 'node:test';
import { save } from '../store-conformance/harness.ts';
import { account, accounts, type Bed } from './harness.ts';

/** Milliseconds: short, but no unit that goes on takes so long. A server that counts in seconds makes it one. */
const soon = 300;

export function waitTests(bed: Bed): void {
  it('gives way when a row stays locked too long', async () => {
    const impatient = bed.open({ timeouts: { lock: soon } });
    const holder = await bed.store().begin();
    await holder.load([{ table: accounts, keys: [[1]] }]);
    const unit = await impatient.begin();
    await assert.rejects(unit.load([{ table: accounts, keys: [[1]] }]), { code: 'STORE_CONFLICT' });
    await holder.rollback();
    await save(impatient, { table: accounts, update: [account(1, 5)] });
  });

  it('holds nobody up when its process stops in mid-unit, and keeps a session that rests', async (t) => {
    const lines: string[] = [];
    const stopped = bed.open({ timeouts: { idleInTransaction: soon }, log: (line) => lines.push(line) });
    const unit = await stopped.begin();
    await unit.load([{ table: accounts, keys: [[1]] }]);
    await save(stopped, { table: accounts, insert: [account(2)] }); // on the other session, which rests from here on
    await save(bed.store(), { table: accounts, update: [account(1, 7)] }); // waits for the row, and is given it
    await assert.rejects(unit.commit([{ table: accounts, update: [account(1, 1)] }]), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(await bed.balances(), [
      [1, 7],
      [2, 0],
    ]);
    await t.waitFor(() => assert.equal(lines.length, 1), { timeout: 10_000 });
    await save(stopped, { table: accounts, update: [account(1, 8)] });
    assert.equal(lines.length, 1);
  });
}
