/** A program of somebody else's in a seat: it says what the seat says, and knows nothing of our extensions. */
import { silentLog, type Transport } from '@ensemble/engine';
import { type Flow, isEnd, paths } from '@ensemble/flow';
import { memoryTransport } from '@ensemble/transport-memory';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { audit } from '../src/audit.ts';
import { flows } from '../src/catalogue.ts';
import { memoryStores } from './memory-stores.ts';
import { impatient, type Shop, startShop } from './shop.ts';
import { until } from './until.ts';
import { ways } from './ways.ts';

const seats = ['order', 'product', 'inventory', 'payment', 'shipment'];
/** What they say fits a message of another flow, and is for those who have no row of the order yet: there it has to name its flow. */
const namesItsFlow = new Set(['choreography order', 'choreography inventory']);

/** What a program says that does not know them. */
const without = (value: string): string =>
  JSON.stringify({ ...(JSON.parse(value) as object), flow: undefined, version: undefined, cause: undefined, traceparent: undefined });

function foreignAt(seat: string, transport: Transport): Transport {
  const isTheirs = (value: string): boolean => (JSON.parse(value) as { source: string }).source === `/ensemble/${seat}`;
  return {
    ...transport,
    publish: (messages) =>
      transport.publish(messages.map((each) => (isTheirs(each.value) ? { ...each, value: without(each.value) } : each))),
  };
}

const sits = (seat: string, { rows, coordinator }: Flow): boolean => coordinator !== seat && rows.some(({ reader }) => reader === seat);

for (const seat of seats)
  describe(`a foreign program in the seat of ${seat}`, () => {
    const hasty = flows.map(impatient);
    let shop: Shop;
    let stores: Awaited<ReturnType<typeof memoryStores>>;
    before(async () => {
      stores = await memoryStores();
      shop = await startShop({ transport: foreignAt(seat, memoryTransport()), stores, log: silentLog, flows: hasty });
    });
    after(() => shop.stop());

    for (const flow of hasty.filter((each) => sits(seat, each) && !namesItsFlow.has(`${each.name} ${seat}`))) {
      const drawn = new Map(paths(flow).map(({ name, messages }) => [name, messages]));
      for (const [path, [order]] of Object.entries(ways[flow.name]?.reached ?? {}))
        test(`${flow.name}, ${path}: ends as the flow says, and nobody acts for another flow`, async () => {
          const orderId = await shop.place(flow, order ?? {});
          await until(async () => isEnd(await shop.status(orderId)));
          equal(await shop.status(orderId), path === 'completed' ? 'COMPLETED' : 'CANCELLED');
          const expected = drawn.get(path)?.toSorted() ?? [];
          await until(() => shop.said(flow, orderId).length >= expected.length);
          deepEqual(shop.said(flow, orderId).toSorted(), expected);
        });
    }

    test('afterwards everything holds; what may be another flow’s waits for a row of its order', async () => {
      const findings = async (): Promise<readonly string[]> =>
        (await audit(stores)).filter((finding) => !finding.includes('names no flow'));
      await until(
        async () => (await findings()).length === 0,
        async () => (await findings()).join('\n'),
      );
    });
  });
