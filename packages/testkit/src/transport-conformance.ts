import type { Transport } from '@ensemble/engine/transport';
import { describe } from 'node:test';
import { deliveryTests } from './transport-conformance/delivery.ts';
import { groupTests } from './transport-conformance/groups.ts';
import { limitTests } from './transport-conformance/limits.ts';
import { outageTests } from './transport-conformance/outages.ts';
import { positionTests } from './transport-conformance/positions.ts';
import type { TransportHarness } from './transport-conformance/harness.ts';

export type { OwnBroker, TransportHarness } from './transport-conformance/harness.ts';
export { until } from './transport-conformance/scene.ts';

/** What every transport must do, as tests of node:test. Nothing above a transport may depend on more than this. */
export const transportConformance = <T extends Transport>(name: string, harness: TransportHarness<T>): void => {
  describe(`transport ${name}`, { timeout: 300_000 }, () => {
    deliveryTests(harness);
    positionTests(harness);
    groupTests(harness);
    limitTests(harness);
    outageTests(harness);
  });
};
