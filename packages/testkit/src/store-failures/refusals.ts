import { describe, it } from 'node:test';
import { int, table } from '@ensemble/engine/store';
import { account, accounts, type Bed } from './harness.ts';

export function refusalTests({ harness: { codes }, refused }: Bed): void {
  const violated = (constraint: string, code: object): object => ({ table: 'accounts', constraint, ...code });

  describe('names what the database refused', () => {
    it('a check', async () => {
      const details = violated('balance_limit', codes.check);
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2)] }, { table: accounts, update: [account(1, -101)] });
    });
    it('a second unique key, which is no conflict', async () => {
      const details = violated('one_account_each', codes.unique);
      await refused('STORE_VIOLATION', details, { table: accounts, insert: [account(2, 0, 'owner 1')] });
    });
    it('the primary key, whatever it is called, which is one', async () => {
      await refused('STORE_CONFLICT', { table: 'accounts' }, { table: accounts, insert: [account(1, 0, 'x'), account(2)] });
    });
    it('a table that is not there', async () => {
      const nothing = table('nothing', ['id'], { id: int });
      await refused('STORE_MISMATCH', { table: 'nothing', ...codes.unknownTable }, { table: nothing, insert: [{ id: 1 }] });
    });
  });
}
