/** Every path of every flow, run for real: the exact messages, the end that people see, and what must hold afterwards. */
import type { Participant } from '@ensemble/engine';
import { type Flow, isEnd, paths } from '@ensemble/flow';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { audit } from '../src/audit.ts';
import { flows, participants } from '../src/catalogue.ts';
import { ways } from './ways.ts';
import { until } from './until.ts';
import { impatient, type Order, type Shop, type ShopSetting, startShop } from './shop.ts';

export interface PathsHarness {
  /** A transport and stores of their own for one shop, with the demo data. */
  open(): Promise<Ground>;
  /** The same for a shop in which a participant is silent; default: `open`. */
  openSilent?(): Promise<Ground>;
}

export interface Ground extends Pick<ShopSetting, 'transport' | 'stores' | 'log'> {
  close(): Promise<void>;
}

const hasty = flows.map(impatient);

/** A participant whose operation always fails: its messages wait aside, and nobody hears an answer. */
const failing = (operation: string): Participant[] =>
  participants.map((participant) => {
    const [service, verb = ''] = operation.split('.');
    if (participant.name !== service) return participant;
    const fail = (): never => {
      throw new Error(`${operation} fails in this test`);
    };
    return { ...participant, decide: { ...participant.decide, [verb]: fail } };
  });

/** The messages of each path, by its name. */
const drawn = (flow: Flow): ReadonlyMap<string, readonly string[]> => new Map(paths(flow).map(({ name, messages }) => [name, messages]));

/** @param silences the flows whose operations fall silent, one after the other: each takes seconds, in memory less than elsewhere */
export function pathsSuite(name: string, harness: PathsHarness, silences: readonly string[] = flows.map((flow) => flow.name)): void {
  const opened = async (t: TestContext, setting: Partial<ShopSetting>) => {
    const ground = await (harness.openSilent ?? harness.open)();
    const shop = await startShop({ ...ground, ...setting });
    t.after(async () => {
      await shop.stop();
      await ground.close();
    });
    return { shop, stores: ground.stores };
  };

  describe(`every flow over ${name}, on one running system`, () => {
    let shop: Shop;
    let ground: Ground;
    before(async () => {
      ground = await harness.open();
      shop = await startShop({ ...ground, flows: hasty });
    });
    after(async () => {
      await shop.stop();
      await ground.close();
    });

    for (const flow of hasty) {
      const expected = drawn(flow);
      for (const [path, orders] of Object.entries(ways[flow.name]?.reached ?? {}))
        for (const order of orders)
          test(`${flow.name}, ${path}: ${JSON.stringify(order)}`, async () => {
            const orderId = await shop.place(flow, order);
            await until(() => ended(shop, orderId));
            await until(() => shop.said(flow, orderId).length >= (expected.get(path)?.length ?? 0));
            deepEqual(inOrder(flow, shop.said(flow, orderId)), inOrder(flow, expected.get(path)));
            equal(await shop.status(orderId), path === 'completed' ? 'COMPLETED' : 'CANCELLED');
          });

      test(`${flow.name}: a cancel that comes before the order is remembered, and its end is said`, async () => {
        const orderId = await shop.cancelThenPlace(flow, {});
        const said = ways[flow.name]?.cancelledFirst ?? [];
        await until(() => ended(shop, orderId));
        await until(() => shop.said(flow, orderId).length >= said.length);
        deepEqual(inOrder(flow, shop.said(flow, orderId)), inOrder(flow, said));
        equal(await shop.status(orderId), 'CANCELLED');
      });

      test(`${flow.name}: a cancel that comes too late changes nothing`, async () => {
        const orderId = await shop.place(flow, {});
        await until(() => ended(shop, orderId));
        await shop.cancel(flow, orderId);
        await until(() => shop.said(flow, orderId).includes('CancelOrderRequested'));
        equal(await shop.status(orderId), 'COMPLETED');
      });
    }

    for (const flow of hasty)
      for (const row of flow.rows.filter(({ on }) => on.kind === 'later'))
        test(`${flow.name}: ${row.does.name}, unasked, takes back what was completed`, async () => {
          const expected = drawn(flow);
          const path = expected.get(`later ${row.does.name}`) ?? expected.get(`later ${Object.values(row.says)[0]?.key}`) ?? [];
          const orderId = await shop.place(flow, {});
          await until(async () => (await shop.status(orderId)) === 'COMPLETED');
          await shop.speaks(flow, row.does.name, orderId);
          await until(async () => (await shop.status(orderId)) === 'CANCELLED');
          await until(() => shop.said(flow, orderId).length >= path.length);
          deepEqual(inOrder(flow, shop.said(flow, orderId)), inOrder(flow, path));
        });

    for (const flow of hasty)
      test(`${flow.name}: many at once, of one customer and of several`, async () => {
        const customers = ['ada', 'ada', 'ada', 'grace'];
        const orders = Array.from(
          { length: 40 },
          (_, n): Order => ({
            customerId: customers[n % customers.length] ?? 'ada',
            lines: [{ productId: 'mouse', quantity: 1 }],
          }),
        );
        const ids = await Promise.all(orders.map((order) => shop.place(flow, order)));
        for (const orderId of ids) {
          await until(() => ended(shop, orderId));
          equal(await shop.status(orderId), 'COMPLETED');
        }
      });

    test('afterwards everything holds', () => holds(ground.stores));
  });

  // Each in a shop of its own: all mostly wait, so a few wait together.
  describe(`over ${name}, with silent participants`, { concurrency: 3 }, () => {
    for (const operation of new Set(silences.flatMap((of) => ways[of]?.unanswered ?? []))) {
      test(`${operation} unanswered`, async (t) => {
        const { shop, stores } = await opened(t, { flows: hasty, participants: failing(operation) });
        const silenced = hasty.filter(({ name: of }) => ways[of]?.unanswered.includes(operation));
        const goesThrough = async (flow: Flow): Promise<void> => {
          const expected = drawn(flow).get(`${operation} unanswered`) ?? [];
          const orderId = await shop.place(flow, {});
          await until(() => ended(shop, orderId));
          await until(() => shop.said(flow, orderId).length >= expected.length);
          deepEqual(inOrder(flow, shop.said(flow, orderId)), inOrder(flow, expected));
          equal(await shop.status(orderId), 'CANCELLED');
        };
        await Promise.all(silenced.map(goesThrough));
        await holds(stores, (finding) => !finding.includes(`${operation} fails in this test`));
      });
    }

    test('cancelled while a step is asked: undone without waiting for its answer', async (t) => {
      const { shop } = await opened(t, { flows, participants: failing('inventory.reserve') });
      for (const flow of flows.filter(({ plan }) => plan)) {
        const step = flow.plan?.groups.flat().find((one) => one.step === 'inventory.reserve');
        const orderId = await shop.place(flow, {});
        await until(() => shop.said(flow, orderId).includes(step?.says ?? '?'));
        await shop.cancel(flow, orderId);
        const asked = drawn(flow).get('inventory.reserve unanswered') ?? [];
        await until(() => ended(shop, orderId));
        await until(() => shop.said(flow, orderId).length > asked.length); // and the cancel
        const said = shop.said(flow, orderId);
        // The gateway's clock and the coordinator's differ a little: of these two only what led to what is certain.
        const [cancel, undo] = [said.indexOf('CancelOrderRequested'), said.indexOf(step?.undo?.says ?? '?')];
        deepEqual([inOrder(flow, said.toSpliced(cancel, 1)), cancel < undo], [inOrder(flow, asked), true]);
      }
    });
  });
}

/** Of what goes on at once, any may be heard first: such a flow's messages are compared by their places. */
function inOrder(flow: Flow, messages: readonly string[] = []): readonly string[] {
  if (flow.plan?.groups.every((group) => group.length === 1)) return messages;
  const rank = (key: string): number => flow.places.get(key)?.rank ?? 0;
  return messages.toSorted((a, b) => rank(a) - rank(b));
}

/** Waits until the audit finds nothing that counts. */
async function holds(stores: ShopSetting['stores'], counts: (finding: string) => boolean = () => true): Promise<void> {
  const findings = async (): Promise<readonly string[]> => (await audit(stores)).filter(counts);
  await until(
    async () => (await findings()).length === 0,
    async () => (await findings()).join('\n'),
  );
}

const ended = async (shop: Shop, orderId: string): Promise<boolean> => isEnd(await shop.status(orderId));
