import { describe } from 'node:test';
import { commitTests } from './store-failures/commits.ts';
import { type Bed, bedOf, type FailuresHarness } from './store-failures/harness.ts';
import { outageTests } from './store-failures/outage.ts';
import { refusalTests } from './store-failures/refusals.ts';
import { waitTests } from './store-failures/waits.ts';

export { save } from './store-conformance/harness.ts';
export { account, accounts, type Bed, type FailuresHarness } from './store-failures/harness.ts';

/**
 * How a store over an SQL server fails, as tests of node:test: what the server refuses, locks, lost answers, lost connections, and the
 * server's own end. `own`: what only this server does, on the same bed.
 */
export function storeFailures(name: string, harness: FailuresHarness, own: (bed: Bed) => void): void {
  describe(`the ${name} store`, () => {
    const bed = bedOf(harness);
    refusalTests(bed);
    waitTests(bed);
    commitTests(bed);
    own(bed);
  });
  describe(`the ${name} store, when the server goes`, () => outageTests(harness));
}
