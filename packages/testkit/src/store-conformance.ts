import { describe } from 'node:test';
import { concurrencyTests } from './store-conformance/concurrency.ts';
import type { StoreHarness } from './store-conformance/harness.ts';
import { queryTests } from './store-conformance/queries.ts';
import { unitTests } from './store-conformance/units.ts';
import { valueTests } from './store-conformance/values.ts';

export type { StoreHarness } from './store-conformance/harness.ts';
export { createTableSql } from './store-conformance/tables.ts';

/** What every store must do, as tests of node:test. Nothing above a store may depend on more than this. */
export const storeConformance = (name: string, harness: StoreHarness): void => {
  describe(`store ${name}`, { timeout: 120_000 }, () => {
    valueTests(harness);
    unitTests(harness);
    concurrencyTests(harness);
    queryTests(harness);
  });
};
