/** Every path of create-order, run for real: the exact messages, the end that people see, and what must hold afterwards. */
import type { Participant } from '@ensemble/engine';
import { paths } from '@ensemble/flow';
import { createOrder } from '@ensemble/create-order';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { audit } from '../src/audit.ts';
import { participants } from '../src/catalogue.ts';
import { until } from './until.ts';
import { impatient, type Order, type Shop, type ShopSetting, startShop } from './shop.ts';

export interface PathsHarness {
  /** A transport and stores of their own for one shop, with the demo data. */
  open(): Promise<Pick<ShopSetting, 'transport' | 'stores' | 'log'>>;
  close(): Promise<void>;
}

const flow = impatient(createOrder);
const expected = new Map(paths(createOrder).map(({ name, messages }) => [name, messages]));

const refused: readonly (readonly [path: string, order: Order])[] = [
  ['completed', {}],
  [
    'completed',
    {
      lines: [
        { productId: 'mouse', quantity: 1 },
        { productId: 'monitor', quantity: 2 },
      ],
    },
  ],
  [
    'order.create refused',
    {
      lines: [
        { productId: 'mouse', quantity: 1 },
        { productId: 'mouse', quantity: 1 },
      ],
    },
  ],
  [
    'product.validate invalid',
    {
      lines: [
        { productId: 'mouse', quantity: 1 },
        { productId: 'unicorn', quantity: 1 },
      ],
    },
  ],
  [
    'inventory.reserve unavailable',
    {
      lines: [
        { productId: 'mouse', quantity: 1 },
        { productId: 'lamp', quantity: 1 },
      ],
    },
  ],
  ['payment.charge declined', { paymentMethod: 'declined-card' }],
  ['payment.charge declined', { paymentMethod: 'bitcoin' }],
  ['payment.charge declined', { lines: [{ productId: 'monitor', quantity: 100 }] }],
];

const unanswered = ['order.create', 'product.validate', 'inventory.reserve', 'payment.charge'];

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

export function pathsSuite(name: string, harness: PathsHarness): void {
  describe(`create-order over ${name}`, () => {
    let shop: Shop;
    let setting: Pick<ShopSetting, 'transport' | 'stores' | 'log'>;
    before(async () => {
      setting = await harness.open();
      shop = await startShop({ ...setting, flows: [flow] });
    });
    after(async () => {
      await shop.stop();
      await harness.close();
    });

    for (const [path, order] of refused) {
      test(`${path}: ${JSON.stringify(order)}`, async () => {
        const orderId = await shop.place(order);
        await until(() => ended(shop, orderId));
        await until(() => shop.said(orderId).length >= (expected.get(path)?.length ?? 0));
        deepEqual(shop.said(orderId), expected.get(path));
        equal(await shop.status(orderId), path === 'completed' ? 'COMPLETED' : 'CANCELLED');
      });
    }

    test('a cancel that comes before the order is remembered, and its end is said', async () => {
      const orderId = await shop.cancelThenPlace({});
      await until(() => ended(shop, orderId));
      deepEqual(shop.said(orderId), ['CancelOrderRequested', 'SagaCreateOrder', 'CancelOrder', 'OrderCancelled']);
      equal(await shop.status(orderId), 'CANCELLED');
    });

    test('a cancel that comes too late changes nothing', async () => {
      const orderId = await shop.place({});
      await until(() => ended(shop, orderId));
      await shop.cancel(orderId);
      await until(() => shop.said(orderId).includes('CancelOrderRequested'));
      equal(await shop.status(orderId), 'COMPLETED');
    });

    test('afterwards everything holds', () => holds(setting.stores));
  });

  describe(`create-order over ${name}, with silent participants`, () => {
    const opened = async (t: TestContext, flows: ShopSetting['flows'], operation: string) => {
      const setting = await harness.open();
      const shop = await startShop({ ...setting, ...(flows ? { flows } : {}), participants: failing(operation) });
      t.after(async () => {
        await shop.stop();
        await harness.close();
      });
      return { shop, stores: setting.stores };
    };

    for (const operation of unanswered) {
      test(`${operation} unanswered`, async (t) => {
        const { shop, stores } = await opened(t, [flow], operation);
        const orderId = await shop.place({});
        await until(() => ended(shop, orderId));
        deepEqual(shop.said(orderId), expected.get(`${operation} unanswered`));
        equal(await shop.status(orderId), 'CANCELLED');
        await holds(stores, (finding) => !finding.includes(`${operation} fails in this test`));
      });
    }

    test('cancelled while a step is asked: undone without waiting for its answer', async (t) => {
      const { shop } = await opened(t, [createOrder], 'inventory.reserve');
      const orderId = await shop.place({});
      await until(() => shop.said(orderId).includes('ReserveInventory'));
      await shop.cancel(orderId);
      await until(() => ended(shop, orderId));
      const asked = expected.get('inventory.reserve unanswered') ?? [];
      const said = shop.said(orderId);
      // The gateway's clock and the coordinator's differ a little: of these two only what led to what is certain.
      const [cancel, undo] = [said.indexOf('CancelOrderRequested'), said.indexOf('ReleaseInventory')];
      deepEqual([said.toSpliced(cancel, 1), cancel < undo], [asked, true]);
    });
  });
}

/** Waits until the audit finds nothing that counts. */
async function holds(stores: ShopSetting['stores'], counts: (finding: string) => boolean = () => true): Promise<void> {
  const findings = async (): Promise<readonly string[]> => (await audit(stores)).filter(counts);
  await until(
    async () => (await findings()).length === 0,
    async () => (await findings()).join('\n'),
  );
}

const ended = async (shop: Shop, orderId: string): Promise<boolean> => ['COMPLETED', 'CANCELLED'].includes(await shop.status(orderId));
